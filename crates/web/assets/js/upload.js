// Uploads show how far they are. The answer is the same page that a plain form would have got.
import { say } from './live.js';

function show(form, progress, share) {
  progress.hidden = false;
  progress.value = Math.round(share * 100);
  if (share >= 1) say('文件已送到，正在检查。');
}

function arrived(request) {
  // A redirect was followed: the page to see is where it led.
  if (request.responseURL && request.responseURL !== request.sentTo) {
    location.assign(request.responseURL);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, 'text/html');
  const main = page.getElementById('main');
  if (!main) {
    location.reload();
    return;
  }
  document.getElementById('main').replaceWith(document.adoptNode(main));
  document.title = page.title;
  (document.querySelector('[data-focus-here]') ?? document.getElementById('main')).focus();
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  const progress = form.querySelector('progress');
  if (event.defaultPrevented || !form.matches('[data-upload]') || !progress) return;
  event.preventDefault();
  const request = new XMLHttpRequest();
  request.sentTo = new URL(form.action, location.href).href;
  request.upload.addEventListener('progress', (step) => {
    if (step.lengthComputable) show(form, progress, step.loaded / step.total);
  });
  request.addEventListener('load', () => arrived(request));
  request.addEventListener('error', () => {
    delete form.dataset.sent;
    progress.hidden = true;
    say('上传没有成功：网络中断。文件还在，可以再传一次。', { shown: form });
  });
  request.open('POST', request.sentTo);
  request.send(new FormData(form, event.submitter));
});
