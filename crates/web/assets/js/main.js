// Enhancements of pages that work without them. Every module listens on the document, so parts of a
// page can be replaced without being wired again.
import './keyboard.js';
import './forms.js';
import './pieces.js';
import './upload.js';
import './editor.js';
import './live.js';
import './wall.js';
import './work.js';
import './aloud.js';
import './security-key.js';

document.documentElement.classList.add('js');

// The errors of a rejected form are read first.
document.querySelector('[data-focus-here]')?.focus();

document.addEventListener('click', (event) => {
  if (event.target.closest('[data-print]')) window.print();
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
