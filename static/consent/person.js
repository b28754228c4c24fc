/* A person's history follows changes; what is open in it stays open, and what was typed there stays. Labels are had anew by
   themselves. */
(function () {
  'use strict';
  // A refused label comes back as 422, with the reason by its field.
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.target.id !== 'labels' || event.detail.xhr.status !== 422) return;
    Object.assign(event.detail, { shouldSwap: true, isError: false });
  });

  document.addEventListener('fragment:fresh', (event) => {
    const [there, fresh] = [event.target, event.detail];
    if (there.id !== 'history') return;
    for (const details of there.querySelectorAll('.rec details[open]')) {
      const same = fresh.querySelector(`#${details.closest('.rec').id} details`);
      if (same) same.open = true;
    }
    for (const field of there.querySelectorAll('input[name=reason]')) {
      const same = field.value && fresh.querySelector(`#${field.id}`);
      if (same) same.setAttribute('value', field.value);
    }
  });
})();
