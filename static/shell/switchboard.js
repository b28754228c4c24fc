/* The shell: theme, time zone, form key, toasts, the person's menu. Pages bring scripts of their own. */
(function () {
  'use strict';
  const root = document.documentElement;

  function keep(name, value) {
    // Plain names only, so nothing needs escaping that the server would have to undo.
    if (!/^[\w/+-]*$/.test(value || '')) return;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  }

  // The server writes times in the browser's zone, unless another was chosen in the settings.
  try {
    keep('switchboard_browser_zone', Intl.DateTimeFormat().resolvedOptions().timeZone);
  } catch (error) { /* without a zone the server writes UTC, and says so */ }

  function toggleTheme() {
    const dark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    keep('switchboard_theme', root.dataset.theme);
  }

  /* Show a sentence. `bad` makes it an alert, which stays until it is closed, or, with `meanwhile`, until that is over. */
  function toast(text, bad, meanwhile) {
    const region = document.getElementById('toasts');
    const template = document.getElementById('toast-template');
    if (!region || !template || !text) return;
    const element = template.content.firstElementChild.cloneNode(true);
    element.querySelector('.toast__t').textContent = text;
    if (bad) {
      element.classList.add('toast--bad');
      element.setAttribute('role', 'alert');
    }
    if (meanwhile) element.dataset.meanwhile = meanwhile;
    region.append(element);
    while (region.children.length > 3) region.firstElementChild.remove();
    if (!bad) setTimeout(() => element.remove(), 6000);
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (menu !== except) menu.open = false;
    }
  }

  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    closeMenus(event.target.closest('details.menu'));
    if (event.target.closest('[data-theme-toggle]')) toggleTheme();
    if (event.target.closest('[data-toast-close]')) event.target.closest('.toast').remove();
    const copy = event.target.closest('[data-copy]');
    if (copy && navigator.clipboard) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => toast(copy.dataset.copied || ''));
    }
  });

  document.addEventListener('keydown', (event) => {
    const menu = document.querySelector('details.menu[open]');
    if (event.key !== 'Escape' || !menu) return;
    menu.open = false;
    menu.querySelector('summary').focus();
    event.stopImmediatePropagation();
  });

  // A double click is one, and so is a key that is held down: what follows reaches no row and no button that asks the
  // server for something, which may do the opposite by then.
  const ASKS = 'form[method=post] button, a[hx-get], button[hx-get], [hx-post]:not(form)';
  const asks = (event) => event.target instanceof Element && event.target.closest(ASKS);

  for (const name of ['mousedown', 'click']) {
    document.addEventListener(name, (event) => {
      if (!(event.detail > 1) || !asks(event)) return;
      event.preventDefault();
      event.stopPropagation();
    }, true);
  }
  document.addEventListener('keydown', (event) => {
    if (event.repeat && (event.key === 'Enter' || event.key === ' ') && asks(event)) event.preventDefault();
  }, true);

  // A form is sent once, however often its button is pressed; coming back to the page frees it.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.matches('[hx-post],[hx-get],[hx-put],[hx-delete]')) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = '1';
  });
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
  });

  const key = () => document.querySelector('meta[name="csrf-token"]');

  document.addEventListener('htmx:configRequest', (event) => {
    if (key()) event.detail.headers['X-CSRFToken'] = key().content;
  });

  // The focus that was in a box and got lost stays in it: with the same button, or with the first that is there now.
  function stay(box, button) {
    if (document.activeElement !== document.body || !box) return;
    const next = (button && document.getElementById(button.id)) || box.querySelector('form button') || box.querySelector('button, a[href]');
    if (next) next.focus({ preventScroll: true });
  }

  // An answer leads the focus on from nowhere, or from within one of these: who has gone elsewhere meanwhile stays there.
  function lead(next, ...from) {
    const at = document.activeElement;
    if (next && (at === document.body || from.some((place) => place && place.contains(at)))) next.focus();
  }

  // What an answer opens is for who is still where they asked for it.
  document.addEventListener('htmx:beforeRequest', (event) => { event.detail.requestConfig.from = document.activeElement; });
  function stayed({ requestConfig, target }) {
    const at = document.activeElement;
    return at === document.body || at === requestConfig.from || target.contains(at);
  }

  /* The dialog with this id, opened, when this answer brought it to who is still there; or null. */
  function openDialog(id, { detail }) {
    const dialog = detail.target;
    if (dialog.id !== id || !dialog.firstElementChild || dialog.open || !stayed(detail)) return null;
    dialog.showModal();
    return dialog;
  }

  /* Put text at a field's end, as if it were typed there. */
  function typeInto(field, text) {
    field.setRangeText(text, field.value.length, field.value.length, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  // What came works before it is painted; htmx itself listens a moment later, and follows an autofocus then.
  document.addEventListener('htmx:afterSwap', (event) => {
    htmx.process(event.target);
    if (stayed(event.detail)) return;
    for (const wanted of event.target.querySelectorAll('[autofocus]')) wanted.removeAttribute('autofocus');
  });
  document.addEventListener('htmx:oobAfterSwap', (event) => htmx.process(event.target));

  // A button rests while its request runs, and loses the focus by that.
  document.addEventListener('htmx:afterSettle', (event) => {
    const form = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!form || !form.matches('[data-decides]')) return;
    stay(document.querySelector(form.dataset.decides), form.querySelector('button'));
  });

  // What asks again by itself waits while somebody reads its timeline or uses a control in it, or an answer to a form in
  // it is on its way, which would be lost with the form. Who has pressed Check again waits for what comes of it.
  const USED = ':is(a, button, summary, select, textarea, input):not([id$="-check_again"])';
  const ON_ITS_WAY = '[data-decides].htmx-request';
  const inUse = (box) => box.querySelector(`.pop:not([hidden]), ${ON_ITS_WAY}, ${USED}:hover, ${USED}:focus`);

  for (const name of ['htmx:beforeRequest', 'htmx:beforeSwap']) {
    document.addEventListener(name, (event) => {
      const { elt, target } = event.detail;
      const asked = event.detail.requestConfig.elt || elt;
      if (asked.matches('[data-asks-again]') && (document.hidden || inUse(target))) event.preventDefault();
    });
  }

  // What nobody asked for by hand fails without a word; the next time it may work.
  const inBackground = (event) => 'X-Switchboard-Background' in event.detail.requestConfig.headers;

  document.addEventListener('htmx:responseError', (event) => {
    if (inBackground(event)) return;
    const answer = event.detail.xhr;
    const fresh = answer.getResponseHeader('X-CSRFToken');
    if (fresh && key()) key().content = fresh;
    const plain = (answer.getResponseHeader('Content-Type') || '').startsWith('text/plain');
    const region = document.getElementById('toasts');
    if (answer.status !== 401) toast(plain ? answer.responseText : region && region.dataset.failed, true);
  });

  for (const name of ['htmx:sendError', 'htmx:timeout']) {
    document.addEventListener(name, (event) => {
      if (inBackground(event)) return;
      const region = document.getElementById('toasts');
      toast(region && region.dataset.unreachable, true, 'unreachable');
    });
  }

  // The server answers again.
  document.addEventListener('htmx:afterOnLoad', () => {
    for (const told of document.querySelectorAll('[data-meanwhile=unreachable]')) told.remove();
  });

  // What is being typed or chosen is never replaced by a morph; a button with the focus says what it does now.
  if (window.Idiomorph) {
    Object.defineProperty(window.Idiomorph.defaults, 'ignoreActiveValue', {
      enumerable: true, get: () => Boolean(document.activeElement?.matches('input, textarea, select')),
    });
  }

  window.Switchboard = Object.freeze({ toast, keep, stay, lead, stayed, openDialog, typeInto, lettersOn: () => document.body.dataset.letters !== 'off' });
})();
