/* The composer: counter, draft, state, and what is typed while a reply is on its way. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = window.SwitchboardInbox ||= {};

  const agent = document.querySelector('.inbox').dataset.agent;
  const keyOf = (conversation) => `switchboard-draft-${agent}-${conversation}`;
  const draftKey = () => keyOf($('composer') ? $('composer').dataset.draft : '');
  const token = () => document.querySelector('#composer [name=compose_token]');

  /* A draft is kept with its composer's token: sent again after an answer got lost, it is still one message. */
  function keepDraft(text = $('body') ? $('body').value : '') {
    try {
      // A composer that takes no files at the moment loses none either.
      const files = $('attached') ? inbox.attached() : (JSON.parse(localStorage.getItem(draftKey()) || '{}').files || []);
      if (text || files.length) localStorage.setItem(draftKey(), JSON.stringify({ text, files, token: token() ? token().value : '' }));
      else localStorage.removeItem(draftKey());
    } catch (error) { /* storage may be blocked or full; the text is still in its field */ }
  }

  /* What belongs to the draft of a conversation that is not open. */
  function addToDraft(conversation, text, files = []) {
    changeDraft(conversation, (kept) => ({ ...kept, text: (kept.text || '') + text, files: [...(kept.files || []), ...files] }));
  }

  function changeDraft(conversation, change) {
    try {
      const now = change(JSON.parse(localStorage.getItem(keyOf(conversation)) || '{}'));
      if (now.text || now.files.length) localStorage.setItem(keyOf(conversation), JSON.stringify(now));
      else localStorage.removeItem(keyOf(conversation));
    } catch (error) { /* storage may be blocked or full */ }
  }

  function restoreDraft() {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(draftKey()) || 'null'); } catch (error) { /* as above */ }
    const area = $('body');
    if (kept && kept.text && !area) showKept(kept.text);
    if (kept && area && !area.value) {
      area.value = kept.text || '';
      if (kept.token) token().value = kept.token;
    }
    if (area) inbox.restoreAttached((kept && kept.files) || []);
    inbox.offerAgain();
  }

  /* What was being written when the field went away is not gone. */
  function showKept(text) {
    const place = document.querySelector('#composer [data-kept]');
    if (!place) return;
    place.querySelector('.kept').textContent = text;
    place.hidden = false;
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

  /* What stands around the messages, as it is now. */
  function refreshComposer() {
    const open = $('thread');
    if (open && open.dataset.fragment) window.SwitchboardFragments.ask(open);
  }

  /* The field that is written in stays, with its draft, its token and the focus: only the window beside it moves on. */
  document.addEventListener('fragment:fresh', (event) => {
    const [there, fresh] = [event.target, event.detail];
    if (there.id !== 'composer') return;
    event.preventDefault();
    if (there.dataset.composer !== fresh.dataset.composer) { become(there, fresh); return; }
    if (there.dataset.composer === 'open') {
      there.dataset.closesAt = fresh.dataset.closesAt;
      Idiomorph.morph(there.querySelector('.win'), fresh.querySelector('.win'));
    } else if (!there.querySelector('.err')) {
      const written = there.querySelector('#body') && there.querySelector('#body').value;
      const held = written || inbox.attached().length;
      const stays = (node) => ['attached', 'attached-say'].includes(node.id)
        || (held && (node.id === 'body' || node.name === 'compose_token'));
      Idiomorph.morph(there, fresh, { callbacks: { beforeNodeMorphed: (node) => !stays(node) } });
      htmx.process($('composer'));
      restoreDraft();
      count();
    }
  });

  function become(there, fresh) {
    const held = there.contains(document.activeElement);
    const [was, sent] = [$('body'), token()];
    if (was) keepDraft(was.value);
    const written = was ? was.value : '';
    there.replaceWith(fresh);
    htmx.process(fresh);
    restoreDraft();
    if (written && !$('body')) showKept(written);
    if (written && $('body')) carry(was, sent);
    count();
    if (!held) return;
    const next = $('body') || $('send-template') || $('thread-title');
    if (next) next.focus({ preventScroll: true });
  }

  /* What is being written goes on in the new field, the mark where it was: the text is the same draft still. */
  function carry(was, sent) {
    const area = $('body');
    area.value = was.value;
    area.setSelectionRange(was.selectionStart, was.selectionEnd);
    if (sent && token()) token().value = sent.value;
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
  const isReply = (asked) => asked.verb === 'post'
    && /^\/conversations\/\d+\/(messages|pending-reply)$/.test(asked.path);
  const typedSince = (text, asked) => {
    const sent = String(asked.formData.get('body') || '');
    return text.startsWith(sent) ? text.slice(sent.length).trimStart() : text;
  };

  document.addEventListener('htmx:beforeSwap', (event) => {
    const asked = event.detail.requestConfig;
    if (!isReply(asked) || event.detail.target.id !== 'composer') return;
    since = typedSince($('body') ? $('body').value : '', asked);
  });

  function startNext(draft) {
    keepDraft(draft);
    if ($('body')) $('body').value = draft;
    count();
  }

  document.addEventListener('htmx:afterRequest', (event) => {
    // The form itself is gone by now: the answer has taken its place.
    if (isReply(event.detail.requestConfig) && event.detail.xhr.status === 200) startNext(since);
  });

  // Another conversation was opened before the answer came: htmx tells nobody of it, for its form is gone.
  document.addEventListener('htmx:beforeRequest', (event) => {
    const { xhr, elt, requestConfig: asked } = event.detail;
    if (!isReply(asked)) return;
    xhr.addEventListener('readystatechange', () => {
      if (xhr.readyState !== 4 || xhr.status !== 200 || elt.isConnected) return;
      const [conversation] = /\d+/.exec(asked.path);
      if ($('body') && $('composer').dataset.draft === conversation) startNext(typedSince($('body').value, asked));
      else changeDraft(conversation, (kept) => ({ text: typedSince(kept.text || '', asked), files: [] }));
    });
  });

  Object.assign(inbox, { restoreDraft, keepDraft, addToDraft, count, refreshComposer });
})();
