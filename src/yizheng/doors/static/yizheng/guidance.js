/* What the phone itself can say about the picture before the server sees it: too dark, come closer, one person please.
   The brightness is measured here; faces are found by a vendored package that is fetched in the background. It decides
   nothing: the page works without it, and the server judges every frame anew. */
(function () {
  'use strict';
  var GRID_WIDTH = 32, GRID_HEIGHT = 24;
  var DARK = 45, BRIGHT = 225;             /* mean luma of the middle of the picture, 0-255 */
  var FAR = 0.30, NEAR = 0.86, ASIDE = 0.16; /* height and place of the face, as shares of the picture */
  var finder = null, loading = null;
  var grid = document.createElement('canvas');
  grid.width = GRID_WIDTH;
  grid.height = GRID_HEIGHT;
  var ink = grid.getContext('2d', { willReadFrequently: true });

  function luma(video) {
    ink.drawImage(video, 0, 0, GRID_WIDTH, GRID_HEIGHT);
    var dots = ink.getImageData(8, 4, 16, 16).data, sum = 0;
    for (var i = 0; i < dots.length; i += 4) sum += 0.2126 * dots[i] + 0.7152 * dots[i + 1] + 0.0722 * dots[i + 2];
    return sum / (dots.length / 4);
  }

  /* Fetch the face finder; resolves to whether there is one. Asked for twice, it is fetched once. */
  function load(folder) {
    if (loading) return loading;
    loading = new Promise(function (done) {
      if (!window.WebAssembly) { done(false); return; }
      var script = document.createElement('script');
      script.src = folder + 'human.js';
      script.onerror = function () { done(false); };
      script.onload = function () { prepare(folder).then(done, function () { done(false); }); };
      document.head.appendChild(script);
    });
    return loading;
  }

  function prepare(folder) {
    var Human = window.Human && (window.Human.Human || window.Human.default);
    if (!Human) return Promise.resolve(false);
    var off = { enabled: false };
    var human = new Human({
      backend: 'wasm', wasmPath: folder, modelBasePath: folder, cacheModels: false, cacheSensitivity: 0, debug: false,
      warmup: 'none', filter: off, body: off, hand: off, object: off, gesture: off, segmentation: off,
      face: {
        enabled: true, detector: { rotation: false, maxDetected: 2, minConfidence: 0.3 }, mesh: off, iris: off,
        attention: off, description: off, emotion: off, antispoof: off, liveness: off
      }
    });
    return human.load().then(function () { finder = human; return true; });
  }

  function placed(face) {
    var box = face.boxRaw || [0, 0, 0, 0], middle = box[0] + box[2] / 2, height = box[3];
    if (height < FAR) return 'far';
    if (height > NEAR) return 'near';
    return Math.abs(middle - 0.5) > ASIDE ? 'off_centre' : 'good';
  }

  /* One code for what the picture lacks: dark, bright, no_face, many_faces, far, near, off_centre, or good; `unknown`
     where there is no face finder (yet). */
  function look(video) {
    var light = luma(video);
    if (light < DARK) return Promise.resolve('dark');
    if (light > BRIGHT) return Promise.resolve('bright');
    if (!finder) return Promise.resolve('unknown');
    return finder.detect(video).then(function (seen) {
      var faces = (seen && seen.face) || [];
      if (!faces.length) return 'no_face';
      return faces.length > 1 ? 'many_faces' : placed(faces[0]);
    }, function () { finder = null; return 'unknown'; });
  }

  window.yizhengGuidance = { load: load, look: look };
})();
