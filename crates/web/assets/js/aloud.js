// Reads a page of the portal aloud, in the large edition, where the browser has a voice. The words
// stay on the machine: the browser's own voice is used, and only one that works without a network.
const speech = globalThis.speechSynthesis;
const READ = 'h1, h2, h3, p, li, dt, dd, th, td, caption';

function parts() {
  const all = [...document.querySelectorAll(`main :is(${READ})`)];
  // The innermost only, or a list would be read twice.
  return all.filter((part) => !part.querySelector(READ) && part.offsetParent && part.textContent.trim());
}

function stop(button) {
  speech.cancel();
  document.querySelector('.spoken')?.classList.remove('spoken');
  button.setAttribute('aria-pressed', 'false');
  button.textContent = '朗读本页';
}

function start(button) {
  const lang = document.documentElement.lang;
  const voices = speech.getVoices().filter((voice) => voice.localService && voice.lang.startsWith('zh'));
  const queue = parts();
  const next = () => {
    document.querySelector('.spoken')?.classList.remove('spoken');
    const part = queue.shift();
    if (!part || button.getAttribute('aria-pressed') !== 'true') return stop(button);
    const words = new SpeechSynthesisUtterance(part.textContent.replace(/\s+/g, ' ').trim());
    words.lang = lang === 'zh-Hant' ? 'zh-TW' : 'zh-CN';
    if (voices.length > 0) words.voice = voices.find((voice) => voice.lang === words.lang) ?? voices[0];
    words.rate = 0.9;
    words.addEventListener('end', next);
    words.addEventListener('error', () => stop(button));
    part.classList.add('spoken');
    part.scrollIntoView({ block: 'nearest' });
    speech.speak(words);
  };
  button.setAttribute('aria-pressed', 'true');
  button.textContent = '停止朗读';
  next();
}

const switches = document.querySelector('html.care .portal-switches');
if (switches && speech) {
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'btn', textContent: '朗读本页' });
  button.setAttribute('aria-pressed', 'false');
  button.dataset.aloud = '';
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-pressed') === 'true') stop(button);
    else start(button);
  });
  const item = document.createElement('li');
  item.append(button);
  switches.append(item);
  addEventListener('pagehide', () => speech.cancel());
}
