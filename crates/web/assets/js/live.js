// What happens without a new page is said: read aloud in the live region, and shown where it
// matters. Long work is asked for its state until it is done.

export function say(text, { shown } = {}) {
  const region = document.getElementById('live');
  if (region) region.textContent = text;
  if (!shown) return;
  const line = shown.querySelector('.said') ?? document.createElement('p');
  line.className = 'said';
  line.textContent = text;
  shown.append(line);
}

const PAUSE = 2000;

async function ask(part) {
  try {
    const answer = await fetch(part.dataset.poll, { headers: { accept: 'text/html' } });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById(part.id);
    if (!fresh) return;
    part.replaceWith(document.adoptNode(fresh));
    if (fresh.dataset.poll) setTimeout(ask, PAUSE, fresh);
    else say(fresh.dataset.said ?? fresh.textContent.trim());
  } catch {
    // The server restarts or the net is away: the work goes on, ask again later.
    setTimeout(ask, PAUSE * 5, part);
  }
}

for (const part of document.querySelectorAll('[data-poll]')) setTimeout(ask, PAUSE, part);
