// Security keys: a form with `data-key` is sent once a key has answered. Without script, or in a
// browser without keys, the form says so and nothing is sent.

const bytes = (text) => {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const text = (buffer) => {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

const known = (form) => (form.dataset.known || '').split(' ').filter(Boolean)
  .map((id) => ({ type: 'public-key', id: bytes(id) }));

async function make(form) {
  const { challenge, site, account, login, person } = form.dataset;
  const made = await navigator.credentials.create({ publicKey: {
    challenge: bytes(challenge),
    rp: { id: site, name: document.title },
    user: { id: bytes(account), name: login, displayName: person },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    excludeCredentials: known(form),
    authenticatorSelection: { userVerification: 'discouraged', residentKey: 'discouraged' },
    attestation: 'none',
    timeout: 120_000,
  } });
  form.elements.client_data.value = text(made.response.clientDataJSON);
  form.elements.attestation.value = text(made.response.attestationObject);
}

async function ask(form) {
  const { challenge, site } = form.dataset;
  const given = await navigator.credentials.get({ publicKey: {
    challenge: bytes(challenge),
    rpId: site,
    allowCredentials: known(form),
    userVerification: 'discouraged',
    timeout: 120_000,
  } });
  form.elements.key_id.value = text(given.rawId);
  form.elements.client_data.value = text(given.response.clientDataJSON);
  form.elements.key_data.value = text(given.response.authenticatorData);
  form.elements.signature.value = text(given.response.signature);
}

function say(form, words) {
  const line = form.querySelector('[data-key-note]');
  line.textContent = words;
  line.hidden = false;
}

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.dataset.key) return;
  event.preventDefault();
  if (!globalThis.PublicKeyCredential) {
    say(form, '这个浏览器不支持安全密钥，或者不是通过 https 打开的。');
    delete form.dataset.sent;
    return;
  }
  say(form, '请插入并触碰安全密钥……');
  try {
    await (form.dataset.key === 'make' ? make(form) : ask(form));
    form.submit();
  } catch (error) {
    const twice = error.name === 'InvalidStateError';
    say(form, twice ? '这把密钥已经登记过了。' : '没有完成：密钥没有触碰，或者不是登记过的那一把。请再试一次。');
    delete form.dataset.sent;
  }
});
