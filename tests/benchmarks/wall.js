// Takes the first thumbnails of an ImageGrid as its page does, by the page's own talk and plan (their scripts stand above this one), and as
// many from a bare widget that sends what it has. window.takeBoth() returns the seconds of either. Nothing is made of what came: an address
// for each picture costs a browser more than its way here.

/** So many pictures stand on a large screen, with the rows before and after it. */
const AHEAD = UNDER_WAY * BATCH;

/** As while somebody scrolls: a few batches are under way, and what is wanted moves on with what came. */
function takeFromWall(door, { version, count }) {
  const here = new Set();
  let underWay = [];
  let at = 0;

  return new Promise((resolve, reject) => {
    function go() {
      while (here.has(at)) at += 1;
      if (at >= count) return resolve();
      const wanted = Array.from({ length: Math.min(AHEAD, count - at) }, (_, index) => at + index);
      for (const positions of plan(wanted, (position) => here.has(position), underWay).ask) send(positions).catch(reject);
      return undefined;
    }

    async function send(positions) {
      const { id, answer } = door.begin("pictures", { version, positions });
      const batch = { id, positions };
      underWay.push(batch);
      const { pictures, buffers } = await answer;
      if (pictures.length !== positions.length || pictures.some((picture, index) => picture.problem || !buffers[index].byteLength)) throw new Error("a picture is missing");
      underWay = underWay.filter((other) => other !== batch);
      for (const { position } of pictures) here.add(position);
      go();
    }

    go();
  });
}

function takeFromBare(model, count) {
  return new Promise((resolve) => {
    let come = 0;
    function receive(_, buffers) {
      come += buffers.length;
      if (come < count) return;
      model.off("msg:custom", receive);
      resolve();
    }
    model.on("msg:custom", receive);
    model.send({ batch: BATCH });
  });
}

async function timed(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function render({ model, signal }) {
  const wall = await model.widget_manager.get_model(model.get("wall").slice("IPY_MODEL_".length));
  const door = openDoor(wall, signal);
  const count = model.get("count");
  window.takeBoth = async () => ({
    ours: await timed(() => takeFromWall(door, { version: wall.get("_wall").version, count })),
    bare: await timed(() => takeFromBare(model, count)),
  });
}

export default { render };
