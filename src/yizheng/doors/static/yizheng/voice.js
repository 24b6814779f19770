/* Reading digits aloud to the phone. The page works without this file as far as saying whom to ring. Written for phones
   back to Chrome 80 and Safari 14.

   The digits are spoken before the recording begins, never during it, so that the phone hears the person alone. The sound
   is made into a WAV of 16,000 samples a second here and sent whole; nothing is kept in the browser. */
(function () {
  'use strict';
  var box = document.getElementById('voice');
  if (!box) return;
  var RATE = 16000, LONGEST = 55, SPARE_MS = 250;
  var status = document.getElementById('voice-say');
  var digits = document.getElementById('digits').getAttribute('data-digits').split(' ');
  var hear = box.querySelector('[data-hear]'), button = box.querySelector('[data-record]');
  var Context = window.AudioContext || window.webkitAudioContext;
  var Offline = window.OfflineAudioContext || window.webkitOfflineAudioContext;
  var running = null;

  function word(code) {
    var found = box.querySelector('[data-word="' + code + '"]');
    return found ? found.textContent : '';
  }

  function say(text) { status.textContent = text; }

  function state(name) {
    box.setAttribute('data-state', name);
    var live = name === 'listening';
    button.setAttribute('aria-pressed', live ? 'true' : 'false');
    button.querySelector('[data-begin]').hidden = live;
    button.querySelector('[data-end]').hidden = !live;
    button.disabled = name === 'checking' || name === 'opening';
    hear.disabled = name !== 'ready';
  }

  /* ---- the digits, spoken ---- */

  function recordings() {
    if (window.yizhengPrompts) return Promise.resolve(window.yizhengPrompts);
    return new Promise(function (done) {
      var script = document.createElement('script');
      script.src = box.getAttribute('data-prompts') + 'prompts.js';
      script.onload = function () { done(window.yizhengPrompts || {}); };
      script.onerror = function () { done({}); };
      document.head.appendChild(script);
    });
  }

  function pause(ms) { return new Promise(function (done) { window.setTimeout(done, ms); }); }

  function speakDigits() {
    var reader = window.yizhengReader;
    if (!reader) { say(word('mute')); return Promise.resolve(); }
    hear.disabled = true;
    reader.stop();
    var turn = reader.turn, any = false;
    return recordings().then(function (map) {
      return digits.reduce(function (before, digit, at) {
        return before.then(function () {
          if (turn !== reader.turn) return null;
          var one = map[digit] ? reader.play(map[digit]) : reader.speak(digit);
          return one.then(function (said) { any = any || said; return pause(at % 4 === 3 ? 900 : 250); });
        });
      }, Promise.resolve());
    }).then(function () {
      if (!any && turn === reader.turn) say(word('mute'));
      state(box.getAttribute('data-state'));
    });
  }

  /* ---- the recording ---- */

  function open() {
    if (window.yizhengReader) window.yizhengReader.stop();
    state('opening');
    var wanted = { audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true } };
    navigator.mediaDevices.getUserMedia(wanted).then(function (stream) {
      var context = new Context(), source = context.createMediaStreamSource(stream);
      var taker = context.createScriptProcessor(4096, 1, 1), parts = [], length = 0;
      running = { stream: stream, context: context, parts: parts, taker: taker };
      taker.onaudioprocess = function (event) {
        var part = new Float32Array(event.inputBuffer.getChannelData(0));
        parts.push(part);
        length += part.length;
        if (length > LONGEST * context.sampleRate) finish();
      };
      source.connect(taker);
      taker.connect(context.destination);
      if (context.resume) context.resume();
      state('listening');
      say(word('listening'));
    }).catch(function (error) {
      var denied = error && (error.name === 'NotAllowedError' || error.name === 'SecurityError');
      state('ready');
      say(word(denied ? 'denied' : 'missing'));
    });
  }

  function close() {
    var ended = running;
    running = null;
    if (!ended) return null;
    ended.taker.onaudioprocess = null;
    ended.stream.getTracks().forEach(function (track) { track.stop(); });
    var rate = ended.context.sampleRate;
    ended.context.close();
    var length = ended.parts.reduce(function (sum, part) { return sum + part.length; }, 0);
    var whole = new Float32Array(length), at = 0;
    ended.parts.forEach(function (part) { whole.set(part, at); at += part.length; });
    return { samples: whole, rate: rate };
  }

  function slower(sound) {
    if (sound.rate === RATE || !Offline) return Promise.resolve(sound);
    var context, buffer;
    try {
      context = new Offline(1, Math.ceil(sound.samples.length * RATE / sound.rate), RATE);
      buffer = context.createBuffer(1, sound.samples.length, sound.rate);
    } catch (error) { return Promise.resolve(sound); /* the server takes the phone's own rate too */ }
    buffer.getChannelData(0).set(sound.samples);
    var source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start();
    return new Promise(function (done) {
      context.oncomplete = function (event) { done({ samples: event.renderedBuffer.getChannelData(0), rate: RATE }); };
      context.startRendering();
    });
  }

  function wav(sound) {
    var count = sound.samples.length, view = new DataView(new ArrayBuffer(44 + 2 * count)), i;
    function text(at, letters) { for (i = 0; i < letters.length; i += 1) view.setUint8(at + i, letters.charCodeAt(i)); }
    text(0, 'RIFF'); view.setUint32(4, 36 + 2 * count, true); text(8, 'WAVEfmt ');
    view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
    view.setUint32(24, sound.rate, true); view.setUint32(28, sound.rate * 2, true);
    view.setUint16(32, 2, true); view.setUint16(34, 16, true); text(36, 'data'); view.setUint32(40, 2 * count, true);
    for (i = 0; i < count; i += 1) {
      var sample = Math.max(-1, Math.min(1, sound.samples[i]));
      view.setInt16(44 + 2 * i, sample < 0 ? sample * 32768 : sample * 32767, true);
    }
    return new Blob([view], { type: 'audio/wav' });
  }

  function finish() {
    if (!running) return;
    state('checking');
    say(word('checking'));
    pause(SPARE_MS).then(function () {
      var sound = close();
      if (!sound || !sound.samples.length) { state('ready'); say(word('empty')); return null; }
      return slower(sound).then(wav).then(send);
    });
  }

  function send(body) {
    var request = new XMLHttpRequest();
    request.open('POST', box.getAttribute('data-send'));
    request.setRequestHeader('Content-Type', 'audio/wav');
    request.setRequestHeader('X-CSRFToken', box.querySelector('[name=csrfmiddlewaretoken]').value);
    request.onerror = function () { state('ready'); say(word('lost')); };
    request.onload = function () {
      var told = null;
      try { told = JSON.parse(request.responseText); } catch (error) { told = null; }
      if (told && (told.done || told.go)) { window.location.assign(told.done || told.go); return; }
      state('ready');
      if (told && (told.again || told.other)) { say((told.again || told.other).say); return; }
      say(word('failed'));
    };
    request.send(body);
  }

  if (!Context || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return; /* the page says whom to ring */
  box.querySelector('[data-cannot]').hidden = true;
  say(word('ready'));
  box.querySelector('[data-live]').hidden = false;
  hear.addEventListener('click', speakDigits);
  button.addEventListener('click', function () { if (running) finish(); else open(); });
  window.addEventListener('pagehide', close);
})();
