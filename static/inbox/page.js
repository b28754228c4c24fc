/* The inbox: what happens on the page, handed to what it is about. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox;

  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-open-timeline], [data-timeline]');
    if (opener) {
      event.preventDefault();
      const button = opener.dataset.timeline ? opener
        : document.querySelector(`[aria-controls="tl-${opener.dataset.openTimeline}"]`);
      if (button.getAttribute('aria-expanded') === 'true') inbox.closeTimelines();
      else inbox.openTimeline(button);
    } else if (!event.target.closest('.m > .pop')) {
      inbox.closeTimelines();
    }
    if (event.target.closest('#details-open') && $('contact-title')) setTimeout(() => $('contact-title').focus());
  });

  // A refused form comes back as 422 with what to mend, and takes the form's place.
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.xhr.status !== 422) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });

  document.addEventListener('htmx:configRequest', (event) => {
    event.detail.headers['X-Switchboard-Open'] = $('thread').dataset.conversation || '';
  });

  // What an answer tells of one conversation is for that one, and another may be open by now.
  function ofAnother(fragment) {
    const told = fragment.dataset ? fragment : fragment.querySelector('[data-conversation]');
    return Boolean(told && told.dataset.conversation) && told.dataset.conversation !== $('thread').dataset.conversation;
  }

  document.addEventListener('htmx:oobBeforeSwap', (event) => {
    if (ofAnother(event.detail.fragment)) { event.detail.shouldSwap = false; return; }
    if (event.detail.target.id !== 'messages') return;
    // The live stream may have been quicker than the answer to the form.
    event.detail.shouldSwap = false;
    // The new message is beyond what is on the screen.
    if ($('newer')) { htmx.trigger('#newest', 'click'); return; }
    for (const article of [...event.detail.fragment.querySelectorAll('article.m')]) inbox.put(article);
    $('thread-scroll').scrollTop = 0;
  });

  document.addEventListener('htmx:afterSettle', (event) => {
    const target = event.detail.target;
    if (target.id === 'composer') {
      inbox.restoreDraft();
      inbox.count();
      if (event.detail.requestConfig && event.detail.requestConfig.verb === 'post') window.Switchboard.lead($('body'), target, $('composer'));
    }
    if (target.id === 'newer') inbox.markRead();
    if (target.id && target.id.startsWith('tl-')) inbox.placeTimeline(target);
    inbox.days();
    inbox.localise(document);
    inbox.markCurrent();
    inbox.drawWindows();
  });

  document.addEventListener('htmx:afterSwap', (event) => { if (event.detail.target.id === 'pane') opened(); });

  function opened() {
    inbox.restoreDraft();
    inbox.count();
    inbox.markCurrent();
    inbox.ready();
    inbox.showFound();
    inbox.markRead();
  }

  // Back and Forward in quick succession: the address moved on before anybody here listened.
  document.addEventListener('DOMContentLoaded', () => {
    const asked = /^\/conversations\/(\d+)$/.exec(location.pathname);
    if (asked && $('thread') && $('thread').dataset.conversation !== asked[1]) location.reload();
  });

  document.addEventListener('visibilitychange', inbox.markRead);
  setInterval(() => { inbox.drawWindows(); inbox.localise(document); }, 20000);

  inbox.restoreDraft();
  inbox.count();
  inbox.localise(document);
  inbox.drawWindows();
  inbox.showFound();
  inbox.markRead();
})();
