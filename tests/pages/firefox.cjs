// Opens pages of the site in Firefox, which Playwright knows only in a build of its own, and prints what was seen as JSON.
// Arguments: the program, and the address of the site. NODE_PATH says where puppeteer-core is.
const puppeteer = require("puppeteer-core");

const [executablePath, address] = process.argv.slice(2);
const PROBLEM_SET = "exercises/ps2_missing_sum/ps2_missing_sum.html";
const WAIT = { timeout: 120_000 };

async function open(browser, page, outside) {
  const opened = await browser.newPage();
  opened.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob|about):/.test(request.url())) outside.push(request.url());
  });
  await opened.goto(`${address}/${page}`);
  return opened;
}

async function main() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, protocolTimeout: 180_000 });
  const outside = [];
  try {
    const set = await open(browser, PROBLEM_SET, outside);
    await set.click(".in-page button");
    await set.waitForSelector(".in-page-bar", WAIT);
    const ran = await set.evaluate(async (cells) => {
      const { engine } = window.inPage, seen = [];
      const { version, milliseconds } = await engine.start();
      for (const [source, seconds] of cells) {
        let shown = "";
        const began = performance.now();
        const result = await engine.run(source, { seconds, output: (kind, text) => { shown += text; } });
        seen.push({ ...result, shown, took: performance.now() - began });
      }
      return { version, milliseconds, seen };
    }, JSON.parse(require("node:fs").readFileSync(0, "utf8")));
    const gradients = await open(browser, "chapters/what_is_wrong.html", outside);
    await gradients.click("button[type=submit]");
    await gradients.waitForSelector(".answer .html", WAIT);
    const told = await gradients.$eval(".answer", (answer) => answer.textContent);
    console.log(JSON.stringify({ browser: await browser.version(), ...ran, told, outside }));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
