/* Files of the composer: chosen, dropped, pasted, or of those that are hosted; each is uploaded at once and stands as a
   chip until it is taken out or goes along. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};
  const { send, filesOf, isBusy } = window.SwitchboardUploads;
  const { keep, forget, left } = window.SwitchboardKept;
  const MOST = 105 * 1024 * 1024;
  const list = () => $('attached');
  const place = () => `composer-${$('composer') ? $('composer').dataset.draft : ''}`;

  const numbers = () => (list() ? [...list().querySelectorAll('[data-attached]')].map((chip) => chip.dataset.attached) : []);

  function changed() {
    const say = $('attached-say');
    if (!say) return;
    say.hidden = numbers().length < 2;
    say.textContent = say.dataset.many.replace('{count}', numbers().length);
    inbox.keepDraft();
  }

  function row(file) {
    const element = $('attach-row').content.firstElementChild.cloneNode(true);
    element.querySelector('[data-tag]').textContent = (file.name.includes('.') ? file.name.split('.').pop() : '?').toUpperCase().slice(0, 4);
    element.querySelector('[data-name]').textContent = file.name;
    element.querySelector('[role=progressbar]').setAttribute('aria-label', file.name);
    return element;
  }

  function chips(html) {
    const box = document.createElement('template');
    box.innerHTML = html;
    return [...box.content.children];
  }

  function fail(element, file, why, id, fit) {
    element.removeAttribute('data-uploading');
    element.querySelector('[role=progressbar]').hidden = true;
    element.querySelector('[data-share]').textContent = why;
    const again = element.querySelector('[data-again]');
    again.hidden = false;
    again.addEventListener('click', () => add(file, { fit, instead: element, kept: id }), { once: true });
    element.addEventListener('attach:gone', () => forget(id));
  }

  async function add(file, { fit = false, instead = null, kept = null } = {}) {
    const [there, at] = [list(), place()];
    if (!there) return;
    const element = row(file);
    if (instead) instead.replaceWith(element);
    else there.append(element);
    if (file.size > MOST) { fail(element, file, there.dataset.tooLarge, null, fit); return; }
    const id = kept === null ? await keep(file, at) : kept;
    const share = element.querySelector('[data-share]');
    const bar = element.querySelector('[role=progressbar]');
    const cancel = send('/media', file, { as: 'chip', fit }, {
      share: (done) => {
        share.textContent = `${done} %`;
        bar.setAttribute('aria-valuenow', done);
        bar.firstElementChild.style.setProperty('--v', `${done}%`);
      },
      failed: (code, text) => {
        if (code === 'logged-out') document.dispatchEvent(new Event('live:ended'));
        fail(element, file, text || there.dataset[code === 'logged-out' ? 'loggedOut' : code], id, fit);
      },
      done: (html) => { forget(id); arrived(element, file, html, at); },
    });
    element.addEventListener('attach:gone', () => { cancel(); forget(id); });
  }

  /* It is here; another conversation may be open by now, whose reply it is not for. */
  function arrived(element, file, html, at) {
    const [fresh] = chips(html);
    if (fresh && place() !== at) inbox.addToDraft(at.replace('composer-', ''), '', [fresh.dataset.attached]);
    if (!fresh || place() !== at || !element.isConnected) { element.remove(); return; }
    element.replaceWith(fresh);
    const convert = fresh.querySelector('[data-fit-it]');
    if (convert) convert.addEventListener('click', () => add(file, { fit: true, instead: fresh }));
    changed();
  }

  function detach(chip) {
    const next = chip.nextElementSibling || chip.previousElementSibling;
    chip.dispatchEvent(new Event('attach:gone'));
    chip.remove();
    (next ? next.querySelector('[data-detach]') : $('body')).focus();
    changed();
  }

  /* What was attached when the page was left, and what was half-way. */
  async function restore(ids) {
    const at = place();
    if (!list()) return;
    const missing = ids.filter((id) => !numbers().includes(id));
    if (missing.length) {
      const asked = missing.map((id) => `file=${encodeURIComponent(id)}`).join('&');
      const answer = await fetch(`/media/chips?${asked}`).catch(() => null);
      const html = answer && answer.ok ? await answer.text() : '';
      if (!list() || place() !== at) return;
      list().prepend(...chips(html).filter((chip) => !numbers().includes(chip.dataset.attached)));
    }
    if (missing.length || numbers().length) changed();
    // What the address attached is part of the draft from now on: taken out, it doesn't come back by itself.
    const address = new URL(location.href);
    if (!address.searchParams.has('attach')) return;
    address.searchParams.delete('attach');
    history.replaceState(history.state, '', address);
  }

  async function offerAgain() {
    const at = place();
    if (!list()) return;
    for (const kept of await left(at)) {
      if (!list() || place() !== at || list().querySelector('[data-uploading]')) return;
      const element = row(kept.file);
      list().append(element);
      fail(element, kept.file, list().dataset.half, kept.id, false);
    }
  }

  async function take(number) {
    $('media-dialog').close();
    if (!list()) return;
    const answer = await fetch(`/media/chips?file=${encodeURIComponent(number)}`).catch(() => null);
    if (answer && answer.ok) list().append(...chips(await answer.text()));
    changed();
    window.Switchboard.lead($('body'), $('composer'));
  }

  document.addEventListener('change', (event) => {
    if (event.target.id !== 'attach') return;
    for (const file of [...event.target.files]) add(file);
    event.target.value = '';
    $('body').focus();
  });
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    const out = event.target.closest('#attached [data-detach]');
    if (out) detach(out.closest('li'));
    const picked = event.target.closest('#media-dialog [data-attach]');
    if (picked) { event.preventDefault(); take(picked.dataset.attach); }
  });
  document.addEventListener('keydown', (event) => {
    const chip = event.target.closest && event.target.closest('#attached li');
    if (!chip || !['Delete', 'Backspace'].includes(event.key)) return;
    event.preventDefault();
    detach(chip);
  });
  document.addEventListener('paste', (event) => {
    const files = event.clipboardData ? [...event.clipboardData.files] : [];
    if (!files.length || !event.target.closest || !event.target.closest('#thread')) return;
    event.preventDefault();
    for (const file of files) add(file);
  });

  const carries = (event) => list() && event.dataTransfer && [...event.dataTransfer.types].includes('Files');
  document.addEventListener('dragover', (event) => { if (carries(event)) { event.preventDefault(); $('thread').classList.add('is-over'); } });
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget && $('thread')) $('thread').classList.remove('is-over'); });
  document.addEventListener('drop', (event) => {
    if ($('thread')) $('thread').classList.remove('is-over');
    if (!carries(event)) return;
    event.preventDefault();
    for (const file of filesOf(event.dataTransfer)) add(file);
  });

  document.addEventListener('htmx:confirm', (event) => {
    if (event.target.id !== 'composer' || !list() || !list().querySelector('[data-uploading]')) return;
    event.preventDefault();
    window.Switchboard.toast(list().dataset.busy, true);
  });
  document.addEventListener('htmx:afterSettle', (event) => {
    if (window.Switchboard.openDialog('media-dialog', event)) $('picker-q').focus();
  });
  window.addEventListener('beforeunload', (event) => { if (isBusy()) event.preventDefault(); });

  Object.assign(inbox, { attached: numbers, restoreAttached: restore, offerAgain });
})();
