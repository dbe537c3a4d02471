// Big files go up in pieces, each acknowledged; an interrupted upload goes on where it stopped,
// also after the page was closed. Small files and browsers without this script use the plain form.
import { say } from './live.js';

const TRIES = 5;

function post(address, token, fields) {
  const body = new FormData();
  body.set('token', token);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return fetch(address, { method: 'POST', body, credentials: 'same-origin' });
}

async function answer(response) {
  if (response.ok && response.headers.get('content-type')?.startsWith('application/json')) {
    return response.json();
  }
  // The page of a refusal says why; its first notice is what to show.
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const words = page.querySelector('.notice-title, .notice')?.textContent.trim();
  throw new Error(words || '服务器没有接受这个文件。');
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function send(form, file, base, size, progress) {
  const token = form.elements.token.value;
  const print = `${file.lastModified}`;
  let upload = await answer(await post(base, token, { name: file.name, size: file.size, fingerprint: print }));
  if (upload.arrived > 0) say('找到上次没传完的部分，接着上传。');
  let failed = 0;
  while (upload.arrived < upload.size) {
    progress.value = Math.round((100 * upload.arrived) / upload.size);
    const piece = file.slice(upload.arrived, upload.arrived + size);
    try {
      upload = await answer(await post(`${base}/${upload.id}`, token, { offset: upload.arrived, file: piece }));
      failed = 0;
    } catch (error) {
      if (!(error instanceof TypeError) || ++failed > TRIES) throw error;
      say('网络中断，正在重试。');
      await pause(1000 * 2 ** failed);
    }
  }
  progress.value = 100;
  say('文件已送到，正在核对校验值。');
  const about = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== 'file' && name !== 'token'));
  return answer(await post(`${base}/${upload.id}/finish`, token, about));
}

document.addEventListener('submit', async (event) => {
  const form = event.target;
  const place = form.closest('[data-pieces]');
  const file = form.elements.file?.files?.[0];
  if (event.defaultPrevented || !place || !file || file.size < Number(place.dataset.pieceSize)) return;
  event.preventDefault();
  const progress = form.querySelector('progress');
  progress.hidden = false;
  try {
    const done = await send(form, file, place.dataset.pieces, Number(place.dataset.pieceSize), progress);
    location.assign(done.to);
  } catch (error) {
    delete form.dataset.sent;
    progress.hidden = true;
    say(`上传没有完成：${error.message} 已传的部分保留着，重新点“附入本案”会接着传。`, { shown: form });
  }
});
