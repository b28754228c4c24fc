/* The media page: files by choice, drop and paste; what is open beside the list; and what counts down. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const { send, filesOf, isBusy, size } = window.SwitchboardUploads;
  const { keep, forget, left } = window.SwitchboardKept;
  const MEGABYTE = 1024 * 1024;
  const MOST_TO_FIT = 60 * MEGABYTE;
  const PLACE = 'media';
  const [list, form] = [$('uploads'), $('upload')];
  document.documentElement.classList.add('has-script');

  /* --- uploads ------------------------------------------------------------------------------------------------ */

  function row(file) {
    const element = $('upload-row').content.firstElementChild.cloneNode(true);
    element.querySelector('[data-tag]').textContent = (file.name.includes('.') ? file.name.split('.').pop() : '?').toUpperCase().slice(0, 4);
    element.querySelector('[data-name]').textContent = file.name;
    element.querySelector('[data-size]').textContent = size(file.size);
    element.querySelector('[role=progressbar]').setAttribute('aria-label', file.name);
    return element;
  }

  function show(element, share) {
    const bar = element.querySelector('[role=progressbar]');
    bar.setAttribute('aria-valuenow', share);
    bar.firstElementChild.style.setProperty('--v', `${share}%`);
    element.querySelector('[data-share]').textContent = share < 100 ? `${share} %` : list.dataset.checking;
  }

  /* It did not work: why, and once more where that may help. */
  function fail(element, why, again) {
    element.querySelector('[role=progressbar]').hidden = true;
    element.querySelector('[data-cancel]').hidden = true;
    element.querySelector('[data-share]').textContent = '';
    const place = element.querySelector('[data-why]');
    place.querySelector('span').textContent = why;
    place.hidden = false;
    element.querySelector('[data-again]').hidden = !again;
    element.querySelector('[data-forget]').hidden = false;
  }

  function most(fit) { return fit ? Math.max(MOST_TO_FIT, Number(form.dataset.most)) : Math.max(Number(form.dataset.most), MOST_TO_FIT); }

  async function add(file, { fit = $('fit').checked, instead = null, kept = null } = {}) {
    const element = row(file);
    if (instead) instead.replaceWith(element);
    else list.prepend(element);
    const id = kept === null ? await keep(file, PLACE) : kept;
    element.addEventListener('click', (event) => {
      if (event.target.closest('[data-again]')) add(file, { fit, instead: element, kept: id });
      if (event.target.closest('[data-forget]')) { forget(id); leave(element); }
    });
    if (file.size > most(fit)) { forget(id); fail(element, list.dataset.tooLargeToFit, false); return; }
    const cancel = send(form.dataset.path, file, { fit }, {
      share: (share) => show(element, share),
      failed: (code, text) => {
        if (code === 'logged-out') document.dispatchEvent(new Event('live:ended'));
        fail(element, text || list.dataset[code === 'logged-out' ? 'loggedOut' : code], true);
      },
      done: (html, status) => {
        forget(id);
        const fresh = fragment(html);
        element.replaceWith(fresh);
        ready(fresh, file);
        if (status === 200) htmx.trigger('#renew-files', 'uploaded');
      },
    });
    element.querySelector('[data-cancel]').addEventListener('click', () => { cancel(); forget(id); leave(element); });
  }

  function fragment(html) {
    const box = document.createElement('template');
    box.innerHTML = html;
    return box.content.querySelector('.upload');
  }

  /* What the server says of a file: it can be taken off the list, and made to fit while the file is still at hand. */
  function ready(element, file) {
    const convert = element.querySelector('[data-fit-it]');
    element.querySelector('[data-forget]').hidden = false;
    element.querySelector('[data-forget]').addEventListener('click', () => leave(element));
    if (convert && file) {
      convert.hidden = false;
      convert.addEventListener('click', () => add(file, { fit: true, instead: element }));
    }
    htmx.process(element);
  }

  function leave(element) {
    const next = element.nextElementSibling || element.previousElementSibling;
    element.remove();
    (next ? next.querySelector('button:not([hidden]), a') : $('file')).focus();
  }

  if (form) {
    for (const input of [$('file'), $('camera')]) {
      input.addEventListener('change', () => { for (const file of [...input.files]) add(file); input.value = ''; });
    }
    form.addEventListener('submit', (event) => event.preventDefault());
    const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes('Files');
    document.addEventListener('dragover', (event) => { if (carries(event)) { event.preventDefault(); $('drop').classList.add('is-over'); } });
    document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) $('drop').classList.remove('is-over'); });
    document.addEventListener('drop', (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      $('drop').classList.remove('is-over');
      for (const file of filesOf(event.dataTransfer)) add(file);
    });
    document.addEventListener('paste', (event) => {
      for (const file of event.clipboardData ? [...event.clipboardData.files] : []) add(file);
    });
    window.addEventListener('beforeunload', (event) => { if (isBusy()) event.preventDefault(); });
    for (const element of list.querySelectorAll('[data-done]')) ready(element);
    left(PLACE).then((all) => {
      for (const kept of all) {
        const element = row(kept.file);
        list.append(element);
        fail(element, list.dataset.half, true);
        element.addEventListener('click', (event) => {
          if (event.target.closest('[data-again]')) add(kept.file, { instead: element, kept: kept.id });
          if (event.target.closest('[data-forget]')) { forget(kept.id); leave(element); }
        });
      }
    });
  }

  /* --- what is open beside the list --------------------------------------------------------------------------- */

  document.addEventListener('htmx:afterSettle', (event) => {
    if (event.detail.target.id !== 'media-file') return;
    const open = document.querySelector('#media-file [id^=media-live-]');
    const number = open ? open.id.split('-').pop() : '';
    $('media').classList.toggle('is-open', Boolean(number));
    for (const line of document.querySelectorAll('#files tr[data-file]')) {
      if (line.dataset.file === number) line.setAttribute('aria-selected', 'true');
      else line.removeAttribute('aria-selected');
    }
    if (event.detail.requestConfig.verb === 'get') { if (window.Switchboard.stayed(event.detail)) $('media-title').focus(); return; }
    htmx.trigger('#renew-files', 'uploaded');
    window.Switchboard.stay($('media-file'), event.detail.requestConfig.elt.querySelector('button'));
  });
  window.addEventListener('popstate', () => location.reload());

  document.addEventListener('click', (event) => {
    const asks = event.target.closest && event.target.closest('[data-confirm]');
    if (asks && !window.confirm(asks.dataset.confirm)) event.preventDefault();
  });

  /* --- what lives for a while yet ------------------------------------------------------------------------------ */

  function count() {
    for (const element of document.querySelectorAll('[data-until]')) {
      const seconds = Math.floor((new Date(element.dataset.until) - Date.now()) / 1000);
      const minutes = Math.floor(seconds / 60);
      let text = element.dataset.over;
      if (seconds > 0 && minutes < 60) text = `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
      else if (seconds > 0) text = element.dataset.hours.replace('{hours}', Math.floor(minutes / 60)).replace('{minutes}', minutes % 60);
      if (element.textContent !== text) element.textContent = text;
    }
  }
  setInterval(count, 1000);
  count();
})();
