/* The template's combobox: typing asks for the list, arrow keys choose, Enter takes, Esc closes (ARIA's pattern for a
   combobox with a list). What is taken asks for its fields, and the focus goes to the first one that is empty. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const field = () => $('template');
  const list = () => $('template_choices');
  const options = () => [...list().querySelectorAll('[role=option]:not([aria-disabled])')];
  let asking = false;
  let takeNext = false;
  let fresh = false;
  let ahead = '';
  let answered = '';

  function mark(option) {
    for (const one of options()) one.setAttribute('aria-selected', String(one === option));
    if (!option) { field().removeAttribute('aria-activedescendant'); return; }
    field().setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  function show() {
    list().hidden = false;
    field().setAttribute('aria-expanded', 'true');
  }

  function hide() {
    list().hidden = true;
    field().setAttribute('aria-expanded', 'false');
    mark(null);
  }

  const marked = () => options().find((one) => one.getAttribute('aria-selected') === 'true');

  function move(step) {
    const all = options();
    if (list().hidden) show();
    if (!all.length) return;
    const at = all.indexOf(marked());
    mark(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
  }

  function choose(sid) {
    $('content_sid').value = sid;
    fresh = true;
    htmx.trigger($('template_fields'), 'picked');
  }

  function take(option) {
    if (!option) return;
    field().value = option.dataset.name;
    hide();
    choose(option.dataset.sid);
  }

  /* The answer to what was typed before Enter; where it has nothing, what was typed after that belongs to the search. */
  function takeFirst(option) {
    if (option) { take(option); return; }
    if (ahead) window.Switchboard.typeInto(field(), ahead);
    ahead = '';
  }

  function enter(event) {
    // What is typed and not answered yet: the first of the answer is meant.
    if (asking) { takeNext = true; event.preventDefault(); return; }
    if (list().hidden) return;
    event.preventDefault();
    take(marked() || options()[0]);
  }

  const KEYS = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Escape: () => hide(),
    Tab: () => hide(),
  };

  document.addEventListener('keydown', (event) => {
    if (event.target !== field() || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (fresh || takeNext) { typeAhead(event); return; }
    if (event.key === 'Enter') { enter(event); return; }
    if (!Object.hasOwn(KEYS, event.key)) return;
    if (event.key === 'Escape' && !list().hidden) event.stopPropagation();
    KEYS[event.key]();
    if (event.key.startsWith('Arrow')) event.preventDefault();
  }, true);

  document.addEventListener('input', (event) => {
    if (event.target === field()) { asking = field().value !== answered; takeNext = false; show(); }
  });
  document.addEventListener('focusin', (event) => {
    if (event.target === field() && !$('content_sid').value) show();
  });
  document.addEventListener('focusout', (event) => {
    if (event.target === field()) setTimeout(() => { if (document.activeElement !== field()) hide(); });
  });
  // The list must not take the focus away before the click is heard.
  document.addEventListener('mousedown', (event) => {
    if (event.target.closest('#template_choices')) event.preventDefault();
  });
  document.addEventListener('click', (event) => {
    if (event.target === field()) show();
    const option = event.target.closest('#template_choices [role=option]');
    if (option && option.dataset.sid) take(option);
  });
  document.addEventListener('change', (event) => {
    if (event.target.id === 'template_language') choose(event.target.value);
  });
  // A field of one line would join the lines of what is pasted.
  document.addEventListener('paste', (event) => {
    const value = event.target.closest && event.target.closest('[data-value]');
    const text = event.clipboardData && event.clipboardData.getData('text');
    if (!value || !text || !/[\r\n\t]/.test(text)) return;
    event.preventDefault();
    value.setRangeText(text.trim().replace(/\s*[\r\n\t]+\s*/g, ' '), value.selectionStart, value.selectionEnd, 'end');
    value.dispatchEvent(new Event('input', { bubbles: true }));
  });

  /* A template is taken, and it or its fields are on their way: what is typed is the first empty one's, and sends
     nothing. */
  function typeAhead(event) {
    if (event.key === 'Backspace') ahead = [...ahead].slice(0, -1).join('');
    else if ([...event.key].length === 1) ahead += event.key;
    else if (/^(Escape|Tab|Arrow)/.test(event.key)) { takeNext = false; return; }
    else if (event.key !== 'Enter') return;
    event.preventDefault();
  }

  function filled() {
    const values = [...document.querySelectorAll('#template_fields [data-value]')];
    const next = values.find((value) => !value.value.trim());
    if (next && ahead && next.setRangeText) window.Switchboard.typeInto(next, ahead);
    // Who goes on typing must not press a button by that.
    if (next || !ahead) window.Switchboard.lead(next || $('send_template'), field().closest('[data-combo]'));
    ahead = '';
  }

  document.addEventListener('htmx:afterRequest', (event) => {
    if (event.detail.successful || !['template_fields', 'template_choices'].includes(event.detail.target.id)) return;
    [fresh, takeNext, ahead] = [false, false, ''];
  });

  document.addEventListener('htmx:afterSettle', (event) => {
    const target = event.detail.target;
    // The answer to what was typed before is of no interest.
    if (target === list() && event.detail.requestConfig.parameters.template === field().value) {
      asking = false;
      answered = field().value;
      mark(options()[0]);
      if (takeNext) takeFirst(options()[0]);
      takeNext = false;
    }
    if (target.id === 'template_fields' && fresh) {
      fresh = false;
      filled();
    }
  });
  /* A field says that it is wrong as long as the words below it do. */
  function tell() {
    for (const wrong of document.querySelectorAll('.value-wrong')) {
      const value = $(wrong.id.replace(/_wrong$/, ''));
      if (wrong.querySelector('.err')) value.setAttribute('aria-invalid', 'true');
      else value.removeAttribute('aria-invalid');
    }
  }
  document.addEventListener('htmx:afterSettle', tell);

  document.addEventListener('DOMContentLoaded', () => {
    if (!field()) return;
    // What stands there at first was not asked for.
    answered = $('content_sid').value ? null : '';
    if (document.activeElement === field() && !$('content_sid').value) { show(); mark(options()[0]); }
  });
})();
