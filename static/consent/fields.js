/* The forms of a person's fields are answered with the forms anew. What was typed into another one of them stays. */
(function () {
  'use strict';
  const isForms = (event) => event.detail.target && event.detail.target.id === 'field-forms';
  let typed = [];

  const named = (form, name) => form.querySelector(`[name=${name}]`);
  const formOf = (name) => [...document.querySelectorAll('#field-forms form')].find((form) => (
    named(form, 'name').type === 'hidden' ? named(form, 'name').value === name : name === null
  ));

  document.addEventListener('htmx:beforeSwap', (event) => {
    if (!isForms(event)) return;
    // A refused form comes back as 422 with what to mend.
    if (event.detail.xhr.status === 422) Object.assign(event.detail, { shouldSwap: true, isError: false });
    const others = [...event.detail.target.querySelectorAll('form')].filter((form) => form !== event.detail.requestConfig.elt);
    typed = others.flatMap((form) => [...form.querySelectorAll('input:not([type=hidden])')]
      .filter((input) => input.value !== input.defaultValue)
      .map((input) => {
        const [name, was] = [named(form, 'name'), named(form, 'was')];
        return { form: name.type === 'hidden' ? name.value : null, input: input.name, value: input.value, was: was && was.value };
      }));
  });

  document.addEventListener('htmx:afterSwap', (event) => {
    if (!isForms(event)) return;
    for (const one of typed) {
      const form = formOf(one.form);
      if (!form) continue;
      named(form, one.input).value = one.value;
      // It was typed over what stood there then.
      if (one.was && named(form, 'was')) named(form, 'was').value = one.was;
    }
    typed = [];
  });
})();
