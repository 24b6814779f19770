// Passkeys: asks the browser for what the page's form says, puts the answer into the form and sends it.
// Without a script, or on another address than keys are made for, the button stays hidden and the page's other ways hold.
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const keys = (list) => (list || []).map((key) => ({...key, id: bytes(key.id)}));

  const made = (key) => ({
    id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: {},
    response: {
      clientDataJSON: text(key.response.clientDataJSON),
      attestationObject: text(key.response.attestationObject),
    },
  });
  const signed = (key) => ({
    id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: {},
    response: {
      clientDataJSON: text(key.response.clientDataJSON),
      authenticatorData: text(key.response.authenticatorData),
      signature: text(key.response.signature),
      userHandle: key.response.userHandle ? text(key.response.userHandle) : null,
    },
  });

  const make = async (asked) => made(await navigator.credentials.create({publicKey: {
    ...asked, challenge: bytes(asked.challenge), excludeCredentials: keys(asked.excludeCredentials),
    user: {...asked.user, id: bytes(asked.user.id)},
  }}));
  const sign = async (asked) => signed(await navigator.credentials.get({publicKey: {
    ...asked, challenge: bytes(asked.challenge), allowCredentials: keys(asked.allowCredentials),
  }}));

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const button = form.querySelector('[data-passkey-button]');
    const away = form.querySelector('[data-passkey-away]');
    const said = form.querySelector('[data-passkey-said]');
    if (!window.PublicKeyCredential || location.origin !== form.dataset.origin) {
      if (away) away.hidden = false;
      continue;
    }
    button.hidden = false;
    button.addEventListener('click', async () => {
      said.textContent = '';
      button.disabled = true;
      try {
        const asked = JSON.parse(form.dataset.options);
        const answer = await (form.dataset.passkey === 'make' ? make(asked) : sign(asked));
        form.elements.answer.value = JSON.stringify(answer);
        form.submit();
      } catch {
        said.textContent = said.dataset.words;
        button.disabled = false;
      }
    });
  }
})();
