/* A conversation that is on its way to the screen: what is typed meanwhile is its reply's, and the caret goes there when it
   has come, unless somebody has gone elsewhere. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};
  // Who is amid a sentence goes on with it though the conversation did not come.
  const SENTENCE = 1500;
  let coming = null;
  // A finger that opens a conversation wants to read; the keyboard on the screen would cover half of it.
  let byFinger = false;

  const asked = (event) => (
    event.detail.target.id === 'pane' && /^\/conversations\/(\d+)\/pane/.exec(event.detail.requestConfig.path)
  );
  const isElsewhere = (element) => (
    element !== document.body && !element.closest(`#row-${coming.conversation}, #pane`)
  );

  /* What was typed is a draft of that conversation. */
  function keep() {
    if (coming && coming.typed) inbox.addToDraft(coming.conversation, coming.typed);
    if (coming) coming.typed = '';
  }

  document.addEventListener('pointerdown', (event) => { byFinger = event.pointerType === 'touch'; }, true);
  document.addEventListener('keydown', () => { byFinger = false; }, true);
  document.addEventListener('htmx:beforeRequest', (event) => {
    const [, conversation] = asked(event) || [];
    if (!conversation) return;
    if (coming && coming.conversation === conversation) { Object.assign(coming, { failed: false, left: false }); return; }
    keep();
    coming = { conversation, typed: '', from: document.activeElement };
  });
  document.addEventListener('htmx:afterRequest', (event) => {
    const [, conversation] = asked(event) || [];
    if (!coming || coming.conversation !== conversation || event.detail.successful) return;
    if (!coming.typed) { coming = null; return; }
    keep();
    Object.assign(coming, { failed: true, at: Date.now() });
  });
  window.addEventListener('pagehide', keep);

  /* Whether a key belongs to what is coming, which has it then. */
  function isForComing(event) {
    if (coming && coming.failed && Date.now() - coming.at > SENTENCE) coming = null;
    if (!coming || coming.left || isElsewhere(event.target)) return false;
    if (event.key === 'Process') return true;
    if (event.key === 'Backspace') coming.typed = [...coming.typed].slice(0, -1).join('');
    else if (event.key === 'Enter') { if (coming.typed || coming.failed) coming.typed += '\n'; }
    else if ([...event.key].length !== 1) return false;
    else if (coming.typed || coming.failed || event.key !== ' ') coming.typed += event.key;
    event.preventDefault();
    if (coming.failed) { coming.at = Date.now(); keep(); }
    return true;
  }

  // To send, it must be there. The row must not be pressed instead.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && coming && !coming.left && !isElsewhere(event.target)) {
      event.preventDefault();
    }
  });

  function leaveComing() {
    keep();
    if (coming) coming.left = true;
  }

  /* It has come. */
  function ready() {
    const at = document.activeElement;
    const gone = coming && (coming.left || (at !== coming.from && isElsewhere(at)));
    const area = $('body');
    if (coming && coming.typed && window.SwitchboardKeys.shown(area)) window.Switchboard.typeInto(area, coming.typed);
    coming = null;
    if (!gone && (byFinger || !inbox.write())) $('thread-title').focus({ preventScroll: true });
  }

  Object.assign(inbox, { isForComing, leaveComing, ready });
})();
