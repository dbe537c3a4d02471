// A secret and its commitment, made in the browser: nothing is sent. Needs `verifyDraw`.
(() => {
  const form = document.querySelector('[data-make-secret]');
  const shown = document.querySelector('[data-secret]');
  if (!form || !shown) return;
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const draw = form.elements.draw.value.trim().normalize('NFC');
    const party = form.elements.party.value.trim().normalize('NFC');
    if (!draw || !party || /[=\s]/.test(party)) {
      shown.textContent = '请填写抽取编号和单位名称；名称里不能有空格和“=”。';
      return;
    }
    const secret = hex(crypto.getRandomValues(new Uint8Array(32)));
    const commitment = verifyDraw.commitment(draw, party, secret);
    const line = (title, text) => {
      const part = document.createElement('div');
      part.className = 'field';
      const head = document.createElement('h3');
      const code = document.createElement('pre');
      head.textContent = title;
      code.className = 'command';
      code.textContent = text;
      part.append(head, code);
      return part;
    };
    shown.replaceChildren(
      line('秘密：抄下来，自己和第二保管单位各存一份，抽取时当场公布，之前不给任何人', secret),
      line('承诺：交给组织抽取的机关，写进方案', commitment),
      line('自己核对承诺', `printf 'draw-reveal/v1\\n%s\\n%s\\n%s\\n' '${draw}' '${party}' ${secret} | sha256sum`),
    );
  });
})();
