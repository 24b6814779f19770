/* Reading aloud, and the copy of looks and letters that the phone keeps. No page needs this file: without it the
   button stays hidden and everything else works. Written for phones back to Chrome 80 and Safari 14.

   A page is read sentence by sentence. A sentence that was recorded beforehand is played; another one is spoken by the
   phone's own voice where it has one for the page's language; a date is put together from recorded numbers. What the
   phone cannot say at all is passed over, and the person is told whom to ring. */
(function () {
  'use strict';
  var box = document.getElementById('aloud');

  function chinese() { return document.documentElement.lang.indexOf('zh') === 0; }

  /* ---- what is said ---- */

  function shown(element) {
    return element.getClientRects().length > 0 && !element.closest('.unseen,[hidden],[aria-hidden="true"],script,svg');
  }

  function block(node) {
    var element = node.parentElement;
    while (element.parentElement && /^inline/.test(getComputedStyle(element).display)) element = element.parentElement;
    return element;
  }

  /* The parts of the page in reading order: [{element, text}], one for each block of text. */
  function blocks(within) {
    var found = [], walk = document.createTreeWalker(within, NodeFilter.SHOW_TEXT), node, last;
    while ((node = walk.nextNode())) {
      if (!node.textContent.trim() || !shown(node.parentElement)) continue;
      var element = block(node);
      last = found[found.length - 1];
      if (last && last.element === element) last.text += node.textContent;
      else found.push({ element: element, text: node.textContent });
    }
    return found;
  }

  function sentences(text) {
    return (text.replace(/\s+/g, ' ').trim().match(/[^。！？；]+[。！？；]?/g) || [])
      .map(function (one) { return one.trim(); }).filter(Boolean);
  }

  /* A sentence without the mark at its end is the same sentence. */
  function key(text) { return text.replace(/[。！？；：，\s]+$/, ''); }

  /* The recordings that make up a text, or none where a piece of it was not recorded. */
  function recorded(text, map) {
    if (map[key(text)]) return [map[key(text)]];
    var pieces = [], rest = text, match;
    while (rest) {
      match = /(\d{4})年(\d{1,2})月(\d{1,2})日/.exec(rest);
      if (!match) return map[key(rest)] ? pieces.concat(map[key(rest)]) : (pieces.length && !key(rest) ? pieces : null);
      var before = key(rest.slice(0, match.index));
      if (before && !map[before]) return null;
      if (before) pieces.push(map[before]);
      pieces = pieces.concat(match[1].split('').map(function (digit) { return map[digit]; }), map['年'],
        map[String(+match[2])], map['月'], map[String(+match[3])], map['日']);
      rest = rest.slice(match.index + match[0].length).replace(/^[\s，：]+/, '');
      if (!key(rest)) rest = '';
    }
    return pieces.every(Boolean) ? pieces : null;
  }

  /* ---- how it is said ---- */

  function Reader(folder) {
    this.folder = folder;
    this.turn = 0;
    this.sound = null;
  }

  Reader.prototype.stop = function () {
    this.turn += 1;
    if (this.sound) this.sound.pause();
    if (window.speechSynthesis) window.speechSynthesis.cancel();
  };

  Reader.prototype.play = function (code) {
    var self = this;
    return new Promise(function (done) {
      var sound = new Audio(self.folder + code + '.mp3');
      self.sound = sound;
      sound.onended = sound.onpause = function () { done(true); };
      sound.onerror = function () { done(false); };
      var started = sound.play();
      if (started && started.catch) started.catch(function () { done(false); });
    });
  };

  Reader.prototype.voice = function () {
    var wanted = chinese() ? 'zh' : 'en';
    var voices = window.speechSynthesis ? window.speechSynthesis.getVoices() : [];
    for (var i = 0; i < voices.length; i += 1) {
      if (voices[i].lang.toLowerCase().indexOf(wanted) === 0 && voices[i].localService) return voices[i];
    }
    return null; /* a voice that sends the words elsewhere is not ours to use */
  };

  Reader.prototype.speak = function (text) {
    var voice = this.voice();
    if (!voice) return Promise.resolve(false);
    return new Promise(function (done) {
      var words = new SpeechSynthesisUtterance(text);
      words.voice = voice;
      words.lang = voice.lang;
      words.rate = 0.85;
      words.onend = function () { done(true); };
      words.onerror = function () { done(false); };
      window.speechSynthesis.speak(words);
    });
  };

  /* Say one text; resolves to whether any of it could be said. */
  Reader.prototype.say = function (text, map) {
    var self = this, turn = this.turn, said = false;
    return sentences(text).reduce(function (before, sentence) {
      return before.then(function () {
        if (turn !== self.turn) return null;
        var codes = chinese() ? recorded(sentence, map) : null;
        if (!codes) return self.speak(sentence).then(function (spoken) { said = said || spoken; });
        said = true;
        return codes.reduce(function (earlier, code) {
          return earlier.then(function () { return turn === self.turn ? self.play(code) : null; });
        }, Promise.resolve());
      });
    }, Promise.resolve()).then(function () { return said; });
  };

  function recordings(folder) {
    if (window.yizhengPrompts) return Promise.resolve(window.yizhengPrompts);
    return new Promise(function (done) {
      var script = document.createElement('script');
      script.src = folder + 'prompts.js';
      script.onload = function () { done(window.yizhengPrompts || {}); };
      script.onerror = function () { done({}); };
      document.head.appendChild(script);
    });
  }

  function begin(reader, button, words, status) {
    var first = words.textContent, map = {}, any = false;
    function end() {
      reader.stop();
      words.textContent = first;
      button.setAttribute('aria-pressed', 'false');
      var marked = document.querySelector('.is-read');
      if (marked) marked.classList.remove('is-read');
    }
    button.addEventListener('click', function () {
      if (button.getAttribute('aria-pressed') === 'true') { end(); return; }
      button.setAttribute('aria-pressed', 'true');
      words.textContent = box.getAttribute('data-stop');
      status.textContent = '';
      any = false;
      var turn = reader.turn;
      recordings(reader.folder).then(function (found) {
        map = found;
        return blocks(document.getElementById('main')).reduce(function (before, part) {
          return before.then(function () {
            if (turn !== reader.turn) return null;
            part.element.classList.add('is-read');
            return reader.say(part.text, map).then(function (said) {
              any = any || said;
              part.element.classList.remove('is-read');
            });
          });
        }, Promise.resolve());
      }).then(function () {
        if (turn !== reader.turn) return;
        end();
        if (!any) status.textContent = box.getAttribute('data-mute');
      });
    });
    window.addEventListener('pagehide', end);
  }

  if (box && window.Audio && window.Promise) {
    var reader = new Reader(box.getAttribute('data-prompts'));
    window.yizhengReader = reader;
    if (window.speechSynthesis) window.speechSynthesis.getVoices();
    box.hidden = false;
    begin(reader, box.querySelector('button'), box.querySelector('button span'), document.getElementById('aloud-said'));
  }

  /* ---- small helps ---- */

  document.addEventListener('click', function (event) {
    if (event.target.closest && event.target.closest('[data-print]')) window.print();
  });
  var printers = document.querySelectorAll('[data-print]');
  for (var i = 0; i < printers.length; i += 1) printers[i].hidden = false;

  if ('serviceWorker' in navigator && window.isSecureContext) {
    window.addEventListener('load', function () { navigator.serviceWorker.register('/sw.js').catch(function () {}); });
  }
})();
