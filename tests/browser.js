// What the browser tests ask of JupyterLab, through its own application object. Added to every page.
window.lessonDriver = {
  get panel() {
    return window.jupyterapp.shell.currentWidget;
  },

  // Open a notebook and begin to watch its kernel.
  async open(path) {
    await window.jupyterapp.restored;
    const panel = await window.jupyterapp.commands.execute("docmanager:open", { path });
    await panel.context.ready;
    await panel.sessionContext.ready;
    const watch = { statuses: [], failed: [], finished: false };
    const cellOf = {};
    panel.sessionContext.statusChanged.connect((_, status) => watch.statuses.push(status));
    panel.sessionContext.session.anyMessage.connect((_, { msg, direction }) => {
      if (direction === "send" && msg.header.msg_type === "execute_request") {
        cellOf[msg.header.msg_id] = msg.metadata.cellId;
      } else if (msg.header.msg_type === "execute_reply" && msg.content.status !== "ok") {
        watch.failed.push(cellOf[msg.parent_header.msg_id]);
      }
    });
    this.watch = watch;
  },

  // Carry out a command of JupyterLab; `watch.finished` says when it and every cell that it started are done.
  begin(command) {
    const { watch } = this;
    watch.finished = false;
    window.jupyterapp.commands
      .execute(command)
      // A cell that may fail ends the command while those behind it still run.
      .finally(() => this.settle())
      .finally(() => (watch.finished = true));
  },

  // Wait until the kernel has answered everything that was sent to it: it takes one thing after another.
  async settle() {
    await this.panel.sessionContext.session.kernel.requestKernelInfo();
  },

  // True once that is so, or can never be: the kernel died or waits for input.
  over() {
    const { watch, panel } = this;
    const lost = watch.statuses.some((status) => /dead|restarting|terminating/.test(status));
    return watch.finished || lost || panel.sessionContext.pendingInput;
  },

  // Turn off what a command switches on and off.
  async turnOff(command) {
    const { restored, commands } = window.jupyterapp;
    await restored;
    if (commands.isToggled(command)) await commands.execute(command);
  },

  // True once no cell waits for its turn or runs.
  calm() {
    return this.panel.content.widgets.every(({ model }) => (model.executionState ?? "idle") === "idle");
  },

  state() {
    const { watch, panel } = this;
    return {
      ...watch,
      waitsForInput: panel.sessionContext.pendingInput,
      cells: panel.content.widgets.map(({ model }) => ({
        id: model.id,
        kind: model.type,
        source: model.sharedModel.getSource(),
        tags: model.getMetadata("tags") ?? [],
        count: model.executionCount ?? null,
        outputs: model.outputs?.toJSON() ?? [],
      })),
    };
  },

  // Make a cell the active one and bring it into view.
  async select(index) {
    const { content } = this.panel;
    content.activeCellIndex = index;
    content.deselectAll();
    await content.scrollToItem(index, "start");
    content.node.focus();
  },

  // Show the part of the notebook that begins this many pixels below its top, and return the height of a part and all.
  async scroll(top) {
    const outer = this.panel.content.node.querySelector(".jp-WindowedPanel-outer");
    outer.scrollTop = top;
    await this.painted();
    return { part: outer.clientHeight, all: outer.scrollHeight };
  },

  // Wait until what was changed has been drawn.
  async painted() {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  },

  // Change the colours, and wait until they are there.
  async theme(name) {
    await window.jupyterapp.commands.execute("apputils:change-theme", { theme: name });
    const light = String(name.endsWith("Light"));
    while (document.body.dataset.jpThemeLight !== light) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  },

  // Time the next key in the active cell's output: `timed` becomes the milliseconds until all that it changes is drawn.
  time() {
    const { panel } = this;
    const output = panel.content.activeCell.outputArea.node;
    let pressed;
    let drawn;
    let calm = 0;
    output.addEventListener("keydown", () => (pressed = performance.now()), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      calm = 0;
      requestAnimationFrame(() => setTimeout(() => (drawn = performance.now())));
    });
    observer.observe(output, { childList: true, subtree: true, characterData: true });
    const kernel = panel.sessionContext.session.kernel;
    this.timed = new Promise((resolve) => {
      const statusChanged = (_, status) => {
        // The kernel is idle again once it has sent everything that this key changes.
        if (status !== "idle" || pressed === undefined) return;
        kernel.statusChanged.disconnect(statusChanged);
        // The widgets draw a little after that: wait until they have been still for some frames.
        const wait = () => {
          calm += 1;
          if (drawn === undefined || calm < 6) return requestAnimationFrame(wait);
          observer.disconnect();
          resolve(drawn - pressed);
        };
        wait();
      };
      kernel.statusChanged.connect(statusChanged);
    });
  },

  // Close without saving, and end the kernel.
  async close() {
    const panel = this.panel;
    await panel.sessionContext.shutdown();
    panel.dispose();
  },
};
