import { render } from "preact";
import { App } from "./app";
import "uplot/dist/uPlot.min.css";
import "./style.css";

// What the server wrote for browsers without scripts makes room for the page.
const root = document.getElementById("page")!;
const store = root.dataset.store ?? "";
root.className = "";
root.replaceChildren();
render(<App store={store} />, root);
