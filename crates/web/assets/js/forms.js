// Forms: nothing is lost by a mistake. A changed form asks once before it is left, drafts are kept
// on this machine and say when, a form is sent once, a filter applies at once.
//
// Drafts hold no passwords, files, hidden values or fields marked private. Their key names the
// user; signing out removes all of them, and so does a week.
import { say } from './live.js';

const PREFIX = 'yifa-draft:';
const SENT = 'yifa-sent';
const FOCUS = 'yifa-focus';
const WEEK = 7 * 24 * 3600 * 1000;
const changed = new Set();

const guarded = (form) => form?.matches('[data-guard]') && !form.querySelector('[type=password]');

function controls(form) {
  return [...form.elements].filter(
    (control) =>
      control.name && !control.closest('[data-private]') &&
      !['hidden', 'file', 'password', 'submit', 'button', 'fieldset', 'output'].includes(control.type),
  );
}

function read(form) {
  return controls(form).map((control) =>
    ['checkbox', 'radio'].includes(control.type) ? [control.name, control.value, control.checked]
      : [control.name, control.value]);
}

function fill(form, values) {
  for (const control of controls(form)) {
    const toggles = ['checkbox', 'radio'].includes(control.type);
    const found = values.find(([name, value]) =>
      name === control.name && (!toggles || value === control.value));
    if (!found) continue;
    if (toggles) control.checked = found[2];
    else control.value = found[1];
  }
}

function stored(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(PREFIX + key));
    return draft && Date.now() - draft.time < WEEK ? draft : null;
  } catch {
    return null;
  }
}

const time = (at) => new Date(at).toLocaleString('zh-CN', { dateStyle: 'medium', timeStyle: 'short' });

function save(form) {
  if (!changed.has(form)) return;
  const now = Date.now();
  try {
    localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ time: now, values: read(form) }));
    note(form, `草稿已保存在本机，${time(now)}`);
  } catch {
    note(form, '本机空间不足，草稿没有保存。');
  }
}

function note(form, text, ...buttons) {
  const line = form.querySelector('[data-draft-note]');
  if (!line) return;
  line.replaceChildren(text, ...buttons);
  line.hidden = false;
}

function button(label, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn btn-quiet';
  made.textContent = label;
  made.addEventListener('click', act);
  return made;
}

function offer(form) {
  const draft = stored(form.dataset.draft);
  if (!draft || JSON.stringify(draft.values) === JSON.stringify(read(form))) return;
  note(form, `有 ${time(draft.time)} 没有提交的草稿。`,
    button('恢复草稿', () => {
      fill(form, draft.values);
      changed.add(form);
      note(form, '已恢复草稿，尚未提交。');
      say('已恢复草稿');
    }),
    button('丢弃草稿', () => {
      localStorage.removeItem(PREFIX + form.dataset.draft);
      note(form, '草稿已丢弃。');
    }));
  form.prepend(form.querySelector('[data-draft-note]'));
}

const timers = new WeakMap();

document.addEventListener('input', (event) => {
  const form = event.target.form;
  if (!guarded(form)) return;
  changed.add(form);
  if (!form.dataset.draft) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), 800));
});

document.addEventListener('change', (event) => {
  const form = event.target.form;
  if (!form?.matches('[data-autosubmit]') || event.target.tagName !== 'SELECT') return;
  sessionStorage.setItem(FOCUS, event.target.id);
  form.requestSubmit();
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === 'post') form.dataset.sent = 'yes';
  clearTimeout(timers.get(form));
  save(form);
  changed.delete(form);
  if (form.dataset.draft) sessionStorage.setItem(SENT, form.dataset.draft);
  if (form.matches('[data-forget-drafts]')) {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) localStorage.removeItem(key);
    }
  }
});

window.addEventListener('beforeunload', (event) => {
  if (changed.size > 0) event.preventDefault();
});

// Back from the next page: the form can be sent again.
window.addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});

const sent = sessionStorage.getItem(SENT);
sessionStorage.removeItem(SENT);
for (const form of document.querySelectorAll('form[data-guard]')) {
  const rejected = form.querySelector('[aria-invalid]') !== null;
  if (rejected && guarded(form)) changed.add(form);
  if (form.dataset.draft && !rejected && form.dataset.draft !== sent) offer(form);
}
// A form that was sent and did not come back rejected has been taken.
if (sent && !document.querySelector(`form[data-draft="${CSS.escape(sent)}"] [aria-invalid]`)) {
  localStorage.removeItem(PREFIX + sent);
}

const focused = sessionStorage.getItem(FOCUS);
if (focused) {
  sessionStorage.removeItem(FOCUS);
  document.getElementById(focused)?.focus({ preventScroll: true });
}
