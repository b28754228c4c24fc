/* Pictures of the thread in large: arrows go from one to the next, Escape closes. Without scripts they open by themselves. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  let opened = null;

  const all = () => [...document.querySelectorAll('#messages [data-lightbox]')];

  function show(link) {
    const dialog = $('lightbox');
    const small = link.querySelector('img');
    const picture = $('lightbox-picture');
    opened = link;
    picture.src = link.href;
    picture.alt = small.alt;
    $('lightbox-caption').textContent = small.alt;
    $('lightbox-download').href = link.dataset.lightbox;
    const links = all();
    const place = links.indexOf(link);
    $('lightbox-before').disabled = place <= 0;
    $('lightbox-next').disabled = place < 0 || place === links.length - 1;
    if (!dialog.open) dialog.showModal();
  }

  function go(step) {
    const links = all();
    const next = links[links.indexOf(opened) + step];
    if (opened && next) show(next);
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-lightbox]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button || !$('lightbox')) return;
    event.preventDefault();
    show(link);
  });

  document.addEventListener('keydown', (event) => {
    const dialog = $('lightbox');
    if (!dialog || !dialog.open) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    go(document.dir === 'rtl' ? -step : step);
  });

  document.addEventListener('DOMContentLoaded', () => {
    const dialog = $('lightbox');
    if (!dialog) return;
    $('lightbox-before').addEventListener('click', () => go(-1));
    $('lightbox-next').addEventListener('click', () => go(1));
    // Beside the picture is nothing.
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener('close', () => {
      $('lightbox-picture').removeAttribute('src');
      if (opened && opened.isConnected) opened.focus();
      opened = null;
    });
  });
})();
