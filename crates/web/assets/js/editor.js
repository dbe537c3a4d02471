// The report editor: a figure from the picker goes in at the caret of the text last written in.
// Without JavaScript the picker shows the mark to type.
import { say } from './live.js';

let text = null;

document.addEventListener('focusin', (event) => {
  if (event.target.matches('textarea[data-editor], [data-editor] textarea')) text = event.target;
});

function insert(mark) {
  const target = text?.isConnected ? text
    : document.querySelector('textarea[data-editor], [data-editor] textarea');
  if (!target) return false;
  target.focus();
  target.setRangeText(mark, target.selectionStart, target.selectionEnd, 'end');
  target.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-insert]');
  if (!button) return;
  event.preventDefault();
  if (insert(button.dataset.insert)) say(`已插入 ${button.dataset.said ?? button.dataset.insert}`);
});

// The picker narrows while typing.
document.addEventListener('input', (event) => {
  const box = event.target.closest('[data-narrow]');
  if (!box) return;
  const words = box.value.trim().split(/\s+/);
  for (const line of document.querySelectorAll(`#${CSS.escape(box.dataset.narrow)} [data-words]`)) {
    line.hidden = !words.every((word) => line.dataset.words.includes(word));
  }
});

// While one types, the proof-reader reads along: the panel is replaced when the typing rests.
const REST = 900;
let resting;
let asking;

async function proofRead(form) {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(form.dataset.check, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
      signal: asking.signal,
    });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('proof-reading');
    const old = document.getElementById('proof-reading');
    if (!fresh || !old) return;
    const count = (panel) => panel.querySelectorAll('.remarks > li').length;
    const said = count(fresh) === count(old) ? '' : `校对 ${count(fresh)} 条`;
    old.replaceWith(document.adoptNode(fresh));
    if (said) say(said);
  } catch {
    // Away or typing again: the next rest asks anew.
  }
}

document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-check]');
  if (!form) return;
  clearTimeout(resting);
  resting = setTimeout(proofRead, REST, form);
});
