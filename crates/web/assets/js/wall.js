// The hall screen: arrow keys, space bar and presenters step through it.
const NEXT = ['ArrowRight', 'ArrowDown', 'PageDown', ' '];
const BACK = ['ArrowLeft', 'ArrowUp', 'PageUp'];

document.addEventListener('keydown', (event) => {
  if (!document.body.classList.contains('wall')) return;
  const way = NEXT.includes(event.key) ? '[data-wall-next]' : BACK.includes(event.key) ? '[data-wall-back]' : null;
  const link = way && document.querySelector(way);
  if (link) {
    event.preventDefault();
    link.click();
  }
});
