/* The letter keys. They rest while a field has the focus, with a modifier, and when turned off in the settings.
   A page may say what is meant as text, and have commands of its own (inbox/commands.js). */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const PAUSE = 1500;
  let going = 0;

  const writing = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  const shown = (element) => Boolean(element) && element.getClientRects().length > 0;
  const page = () => window.SwitchboardInbox || {};

  function focus(id) {
    if (!shown($(id))) return false;
    $(id).focus();
    return true;
  }

  function go(letter) {
    const link = /^[a-z]$/.test(letter) && document.querySelector(`.rail [data-go="${letter}"]`);
    if (link) link.click();
  }

  const COMMANDS = {
    '/': () => focus('search'),
    '?': () => $('keys') && $('keys').showModal(),
  };

  function command(event) {
    if (going && Date.now() - going < PAUSE) {
      going = 0;
      event.preventDefault();
      go(event.key);
      return;
    }
    going = 0;
    if (event.key === 'g') { going = Date.now(); return; }
    const commands = { ...COMMANDS, ...page().commands };
    if (!Object.hasOwn(commands, event.key)) return;
    event.preventDefault();
    commands[event.key]();
  }

  document.addEventListener('keydown', (event) => {
    if (event.isComposing || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      if (page().leave) page().leave();
      else if (writing(event.target)) event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (page().isText && page().isText(event)) return;
    if (writing(event.target) || !window.Switchboard.lettersOn()) return;
    if (event.repeat && event.key !== 'j' && event.key !== 'k') return;
    command(event);
  });

  window.SwitchboardKeys = Object.freeze({ writing, shown, focus });
})();
