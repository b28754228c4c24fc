/* The composer: counter, draft, state, and what is typed while a reply is on its way. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};

  const agent = document.querySelector('.inbox').dataset.agent;
  const draftKey = () => `switchboard-draft-${agent}-${$('composer') ? $('composer').dataset.draft : ''}`;
  const token = () => document.querySelector('#composer [name=compose_token]');

  /* A draft is kept with its composer's token: sent again after an answer got lost, it is still one message. */
  function keepDraft(text) {
    try {
      if (text) localStorage.setItem(draftKey(), JSON.stringify({ text, token: token() ? token().value : '' }));
      else localStorage.removeItem(draftKey());
    } catch (error) { /* storage may be blocked or full; the text is still in its field */ }
  }

  function restoreDraft() {
    const area = $('body');
    if (!area || area.value) return;
    try {
      const kept = JSON.parse(localStorage.getItem(draftKey()) || 'null');
      if (!kept || !kept.text) return;
      area.value = kept.text;
      if (kept.token) token().value = kept.token;
    } catch (error) { /* as above */ }
  }

  function count() {
    const area = $('body');
    const counter = $('count');
    if (!area || !counter) return;
    const number = new Intl.NumberFormat(document.documentElement.lang || 'en');
    const most = Number($('composer').dataset.most);
    const length = [...area.value].length;
    counter.textContent = counter.dataset.many
      .replace('{count}', number.format(length)).replace('{most}', number.format(most));
    counter.classList.toggle('is-over', length > most);
  }

  function refreshComposer() {
    const composer = $('composer');
    const open = $('thread');
    if (!composer || !open || !open.dataset.conversation || composer.dataset.refreshing) return;
    composer.dataset.refreshing = '1';
    htmx.ajax('GET', `/conversations/${open.dataset.conversation}/composer`, { target: '#composer', swap: 'outerHTML' })
      .finally(() => { delete composer.dataset.refreshing; });
  }

  document.addEventListener('input', (event) => {
    if (event.target.id !== 'body') return;
    keepDraft(event.target.value);
    count();
  });

  document.addEventListener('keydown', (event) => {
    if (event.target.id === 'body' && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      $('composer').requestSubmit();
    }
  });

  /* What was typed after Send was pressed is the next draft: the answer's fresh composer must not take it away. */
  let since = '';
  const isReply = (asked) => asked.verb === 'post' && /^\/conversations\/\d+\/messages$/.test(asked.path);

  document.addEventListener('htmx:beforeSwap', (event) => {
    const asked = event.detail.requestConfig;
    if (!isReply(asked) || event.detail.target.id !== 'composer') return;
    const sent = String(asked.formData.get('body') || '');
    const now = $('body') ? $('body').value : '';
    since = now.startsWith(sent) ? now.slice(sent.length).trimStart() : now;
  });

  document.addEventListener('htmx:afterRequest', (event) => {
    // The form itself is gone by now: the answer has taken its place.
    if (!isReply(event.detail.requestConfig) || event.detail.xhr.status !== 200) return;
    keepDraft(since);
    if ($('body')) $('body').value = since;
    count();
  });

  Object.assign(inbox, { restoreDraft, count, refreshComposer });
})();
