// Keys of the workbench: `/` search, `j` and `k` rows, `Enter` open, `?` help, `Esc` close.
// A row is reached by moving the focus to its link, so Enter, screen readers and the visible focus
// need nothing of ours. Single keys can be switched off (WCAG 2.2, 2.1.4).

const OFF = 'yifa-keys-off';
const switchedOff = () => localStorage.getItem(OFF) === 'yes';

function typing(target) {
  return target.closest('input, textarea, select, [contenteditable]') !== null;
}

function step(by) {
  const links = [...document.querySelectorAll('[data-rows] .row-link')];
  if (links.length === 0) return;
  const row = document.activeElement.closest('[data-rows] tr, [data-rows] .board-line');
  const at = links.findIndex((link) => row?.contains(link));
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  document.activeElement.scrollIntoView({ block: 'nearest' });
}

function search() {
  const box = document.querySelector('[data-search-here]') ?? document.querySelector('[data-search]');
  box?.focus();
  box?.select();
}

function toggleHelp() {
  const help = document.getElementById('keys');
  if (help) help.open = !help.open;
}

function close() {
  for (const open of document.querySelectorAll('details[data-menu][open], #keys[open]')) {
    open.open = false;
  }
  if (typing(document.activeElement)) document.activeElement.blur();
}

const KEYS = { '/': search, j: () => step(1), k: () => step(-1), '?': toggleHelp };

document.addEventListener('keydown', (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') {
    close();
    return;
  }
  if (typing(event.target) || switchedOff()) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-keys]')) return;
  event.preventDefault();
  toggleHelp();
});

for (const box of document.querySelectorAll('[data-keys-off]')) {
  box.checked = switchedOff();
  box.addEventListener('change', () => localStorage.setItem(OFF, box.checked ? 'yes' : 'no'));
}
