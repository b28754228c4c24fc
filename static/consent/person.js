/* A person's history follows changes; what is open in it stays open, and what was typed there stays. Labels are had anew by
   themselves. */
(function () {
  'use strict';
  const newLabel = () => document.querySelector('#labels input[name=label]:not([type=hidden])');
  let next = '';

  // A refused label comes back as 422, with the reason by its field. What was typed since is the next one.
  document.addEventListener('htmx:beforeSwap', (event) => {
    const { target, xhr, requestConfig: asked } = event.detail;
    if (target.id !== 'labels') return;
    if (xhr.status === 422) Object.assign(event.detail, { shouldSwap: true, isError: false });
    const sent = asked.elt.contains(newLabel()) ? String(asked.formData.get('label')) : '';
    const value = newLabel().value;
    next = value.startsWith(sent) ? value.slice(sent.length) : value;
  });
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target.id === 'labels' && next) newLabel().value = next;
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
