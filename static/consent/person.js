/* A person's history follows changes; what is open in it stays open, and what was typed there stays. */
(function () {
  'use strict';
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
