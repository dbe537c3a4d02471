// Parts of the field page: elements, the code to scan, pictures, the signature on the glass.

/** An element: `make('p', { class: 'hint' }, 'words', child)`. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The code that the inspected unit scans, from rows of 1 and 0. */
export function drawCode(rows) {
  const quiet = 4;
  const size = rows.length + 2 * quiet;
  const canvas = make('canvas', { class: 'field-code', width: size * 8, height: size * 8, role: 'img', 'aria-label': '行政检查通知二维码' });
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#000';
  rows.forEach((row, y) => {
    [...row].forEach((module, x) => {
      if (module === '1') pen.fillRect((x + quiet) * 8, (y + quiet) * 8, 8, 8);
    });
  });
  return canvas;
}

const LONGEST = 1600;

/** A photo, small enough to send from the country: JPEG, at most 1600 pixels. */
export async function shrink(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = make('canvas', { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', 0.8);
  });
}

/** A small canvas that shows a picture: no address of it is needed, so the policy stays strict. */
export async function preview(blob) {
  const picture = await createImageBitmap(blob);
  const canvas = make('canvas', { class: 'field-photo', width: 160, height: Math.max(1, Math.round((160 * picture.height) / picture.width)) });
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

/** A field to sign in with the finger. `value()` gives a picture, or null while nothing is written. */
export function signature(changed) {
  const canvas = make('canvas', { class: 'field-sign', width: 640, height: 240, tabindex: '0', role: 'img', 'aria-label': '签名处' });
  const pen = canvas.getContext('2d');
  pen.lineWidth = 4;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  let signed = false;
  let last = null;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  canvas.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    canvas.setPointerCapture?.(event.pointerId);
    last = at(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last) return;
    const next = at(event);
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...next);
    pen.stroke();
    last = next;
    signed = true;
  });
  const stop = () => {
    if (last && signed) changed();
    last = null;
  };
  canvas.addEventListener('pointerup', stop);
  canvas.addEventListener('pointercancel', stop);
  return {
    canvas,
    clear() {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      signed = false;
      changed();
    },
    async restore(blob) {
      const picture = await createImageBitmap(blob);
      pen.drawImage(picture, 0, 0);
      picture.close();
      signed = true;
    },
    value() {
      if (!signed) return Promise.resolve(null);
      return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
    },
  };
}

/** A picture as it is sent. */
export async function encoded(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return { media_type: blob.type, data: btoa(text) };
}
