/* The open thread follows: bubbles that are new or changed come into it, at a rate that the answers set. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox;

  const refresh = window.SwitchboardPace.paced(async () => {
    const thread = $('thread');
    const conversation = thread && thread.dataset.conversation;
    if (!conversation) return true;
    const after = thread.dataset.cursor || document.body.dataset.liveCursor;
    const answer = await fetch(`/conversations/${conversation}/changes?after=${encodeURIComponent(after)}`,
      { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' });
    // What won't be otherwise the next time: logged out, or gone.
    if (!answer.ok) return answer.status < 500;
    const html = await answer.text();
    // Another one was opened meanwhile, which may have been told of changes before that.
    if ($('thread') !== thread) { refresh(); return true; }
    place(thread, answer, html);
    if (answer.headers.has('X-Live-More')) refresh();
    return true;
  });

  // A form whose answer is on its way would be lost with its message, and the focus with it.
  const onItsWay = (article) => Boolean(document.querySelector(`#${article.id} [data-decides].htmx-request`));

  function place(thread, answer, html) {
    const template = document.createElement('template');
    template.innerHTML = html;
    const scroll = $('thread-scroll');
    const atEnd = Math.abs(scroll.scrollTop) < 40;
    const articles = [...template.content.querySelectorAll('article.m')];
    const waiting = articles.filter(onItsWay);
    for (const article of articles) if (!waiting.includes(article)) inbox.put(article);
    // What waits is asked for once more, as all that came since.
    if (waiting.length) refresh();
    else thread.dataset.cursor = answer.headers.get('X-Live-Cursor');
    inbox.localise(document);
    if (atEnd) scroll.scrollTop = 0;
    inbox.markRead();
  }

  document.addEventListener('live:changes', (event) => {
    const thread = $('thread');
    if (thread && event.detail.includes(`messages:${thread.dataset.conversation}`)) refresh();
  });
  document.addEventListener('live:stale', refresh);
})();
