/**
 * How a workflow looks on n8n's canvas, as far as sizes and lines can be known without a browser. The figures are
 * those of n8n 2.41's style sheets.
 */
import type { Workflow, WorkflowNode } from '../../../harness/n8n/workflow.mts';

type Point = readonly [x: number, y: number];

interface Box {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

interface Line {
	from: string;
	to: string;
	points: Point[];
}

const NOTE = 'n8n-nodes-base.stickyNote';

/** Sizes of nodes: of most, of those that others are plugged into, of those that are plugged in, and of both. */
const NODE = { width: 96, height: 96 };
const HOLDER = { width: 224, height: 96 };
const PLUG = { width: 80, height: 80 };
const REVIEW = { width: 240, height: 80 };

/** Below a node: its name, and what it does. */
const LABEL = { height: 44, perLetter: 8, widest: 192 };

/** Into how many pieces a line is cut to see where it goes. */
const PIECES = 40;

const boxAt = ([left, top]: Point, { width, height }: typeof NODE): Box => {
	return { left, top, right: left + width, bottom: top + height };
};

const overlap = (a: Box, b: Box) =>
	a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const isIn = ([x, y]: Point, { left, top, right, bottom }: Box) =>
	x > left && x < right && y > top && y < bottom;

/** What a user would frown at: lines over nodes, notes or lines, and notes over nodes. */
export function untidy({ nodes, connections }: Workflow): string[] {
	const notes = nodes.filter(({ type }) => type === NOTE);
	const others = nodes.filter(({ type }) => type !== NOTE);
	const boxes = new Map(others.map((node) => [node.name, boxOf(node, connections)]));
	const areas = new Map(others.map((node) => [node.name, withLabel(node, boxes)]));
	const places = new Map(notes.map((note) => [note.name, boxAt(note.position, sizeOf(note))]));
	const lines = linesOf(connections, boxes);
	const all = [...areas, ...places];
	const overlaps = all.flatMap(([name, box], index) =>
		all
			.slice(index + 1)
			.filter(([, other]) => overlap(box, other))
			.map(([other]) => `"${name}" and "${other}" overlap`),
	);
	const passing = lines.flatMap(({ from, to, points }) =>
		all
			.filter(([name]) => name !== from && name !== to)
			.filter(([, box]) => points.some((point) => isIn(point, box)))
			.map(([name]) => `the line from "${from}" to "${to}" goes over "${name}"`),
	);
	const crossing = lines.flatMap((line, index) =>
		lines
			.slice(index + 1)
			.filter((other) => cross(line.points, other.points))
			.map((other) => `the lines ${words(line)} and ${words(other)} cross`),
	);
	return [...overlaps, ...passing, ...crossing];
}

const words = ({ from, to }: Line) => `"${from}" to "${to}"`;

function sizeOf({ parameters }: WorkflowNode): typeof NODE {
	return { width: Number(parameters.width), height: Number(parameters.height) };
}

function boxOf({ name, position }: WorkflowNode, connections: Workflow['connections']): Box {
	const kinds = (to: (typeof connections)[string]) => Object.keys(to).filter(isPlugged);
	const isPlug = kinds(connections[name] ?? {}).length > 0;
	const holds = Object.values(connections).some((outputs) =>
		kinds(outputs).some((kind) => outputs[kind]?.flat().some((to) => to?.node === name)),
	);
	if (holds) return boxAt(position, isPlug ? REVIEW : HOLDER);
	return boxAt(position, isPlug ? PLUG : NODE);
}

/** Such as a chat model and an agent: the one hangs below the other. */
const isPlugged = (kind: string) => kind !== 'main';

function withLabel({ name }: WorkflowNode, boxes: Map<string, Box>): Box {
	const box = boxes.get(name);
	if (!box) throw new Error(`"${name}" has no place.`);
	// In a wide one the name stands inside.
	if (box.right - box.left >= HOLDER.width) return box;
	const middle = (box.left + box.right) / 2;
	const half = Math.min(name.length * LABEL.perLetter, LABEL.widest) / 2;
	return {
		top: box.top,
		bottom: box.bottom + LABEL.height,
		left: Math.min(box.left, middle - half),
		right: Math.max(box.right, middle + half),
	};
}

function linesOf(connections: Workflow['connections'], boxes: Map<string, Box>): Line[] {
	return Object.entries(connections).flatMap(([from, outputs]) =>
		Object.entries(outputs).flatMap(([kind, byOutput]) =>
			byOutput.flatMap((targets, index) =>
				(targets ?? []).map((target) => {
					const start = boxes.get(from);
					const end = boxes.get(target.node);
					if (!start || !end) throw new Error(`"${from}" leads to "${target.node}".`);
					const points = isPlugged(kind)
						? rising(start, end)
						: running(start, end, (index + 1) / (byOutput.length + 1));
					return { from, to: target.node, points };
				}),
			),
		),
	);
}

/** From the right of one node to the left of another, as n8n draws it. */
function running(from: Box, to: Box, share: number): Point[] {
	const start: Point = [from.right, from.top + (from.bottom - from.top) * share];
	const end: Point = [to.left, (to.top + to.bottom) / 2];
	const way = end[0] - start[0];
	const bend = way >= 0 ? way / 2 : 6.25 * Math.sqrt(-way);
	return curve(start, [start[0] + bend, start[1]], [end[0] - bend, end[1]], end);
}

/** From the top of a plugged node to the bottom of its holder. */
function rising(from: Box, to: Box): Point[] {
	const start: Point = [(from.left + from.right) / 2, from.top];
	const end: Point = [Math.max(to.left, Math.min(to.right, start[0])), to.bottom];
	return [start, end];
}

function curve(a: Point, b: Point, c: Point, d: Point): Point[] {
	return Array.from({ length: PIECES + 1 }, (_, step) => {
		const t = step / PIECES;
		const at = (axis: 0 | 1) =>
			(1 - t) ** 3 * a[axis] +
			3 * (1 - t) ** 2 * t * b[axis] +
			3 * (1 - t) * t ** 2 * c[axis] +
			t ** 3 * d[axis];
		return [at(0), at(1)] as const;
	});
}

/** Whether two lines meet elsewhere than where both begin or both end. */
function cross(one: Point[], other: Point[]): boolean {
	const sides = (a: Point, b: Point, c: Point) =>
		Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
	return pieces(one).some(([a, b]) =>
		pieces(other).some(
			([c, d]) => sides(a, b, c) * sides(a, b, d) < 0 && sides(c, d, a) * sides(c, d, b) < 0,
		),
	);
}

function pieces(points: Point[]): Array<readonly [Point, Point]> {
	return points.slice(1).map((point, index) => [points[index] as Point, point] as const);
}
