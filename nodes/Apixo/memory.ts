import type { IDataObject } from 'n8n-workflow';

import { isModel, KLING_MODEL, type Model } from '../shared/contract';
import { isRecord } from '../shared/is-record';
import type { Problem } from '../shared/errors';
import { unreadableMemory } from '../shared/errors';

/*
 * What n8n stores for a node in its execution: for the tries of a node, for "Retry" of a failed execution,
 * and for one that is suspended, up to a year. PERSISTED: what stands here may get new optional fields; nothing
 * may ever be renamed, removed or given another meaning, because an older version of this package has
 * written it and n8n hands it to this one.
 */

/** 1 is what 0.1.0 wrote, which did not number it yet. */
const MEMORY_VERSION = 1;

/** What is on record about one order: its task, or, without one, that it was sent and nobody knows what came of it. */
export interface LedgerEntry {
	/** Tells what was ordered. */
	hash: string;
	/** The execution that made the entry. */
	executionId: string;
	/** When it was sent, Unix ms. */
	orderedAt?: number;
	taskId?: string;
	/** The task's; without it, Kling 2.5 Turbo Pro. */
	model?: Model;
	/** Tells what it was ordered from: the raw parameters and the item that went in. */
	input?: string;
	/** What it is marked by in n8n's database. */
	marks?: string[];
	/** Of an order that was sent with one. */
	idempotencyKey?: string;
}

/** By item index. */
export type LedgerRecord = Record<string, LedgerEntry>;

/** What a suspended execution remembers of one item. */
export interface SuspendedItem {
	taskId?: string;
	/** Why the item has no task. */
	error?: string;
	/** The item's own json: while the execution is suspended, the item shows its task instead. */
	input: IDataObject;
	/** A hash of what it shows; without it, that is `taskId` and the state "pending", or `error`. */
	shown?: string;
}

export interface Suspension {
	executionId: string;
	runIndex: number;
	/** Only the callbacks of this suspension carry it. */
	token: string;
	/** Unix ms; a callback that comes later wakes nothing. */
	callbacksUntil?: number;
	items: SuspendedItem[];
	/** The tasks that APIXO was asked to call for; without it, all. */
	callers?: string[];
	/** A callback has woken the execution. */
	woken?: boolean;
	/** Tasks that had ended then. */
	ended?: string[];
}

/** The node's part of it. */
export interface Memory {
	version?: number;
	/** By the name of a run; see `openLedger`. */
	ledger?: Record<string, LedgerRecord>;
	suspension?: Suspension;
	/** How many videos this node has ordered in one execution. */
	orders?: { executionId: string; count: number };
}

/**
 * Reads what n8n has kept, and lets it be written: `context` is `getContext('node')`, or what a webhook finds
 * in its place. A problem where it is not as this version or an older one wrote it: then nothing may be
 * ordered, because what was paid for cannot be read.
 */
export function openMemory(
	context: IDataObject,
): { kind: 'memory'; memory: Memory } | { kind: 'problem'; problem: Problem } {
	if (!isMemory(context)) return { kind: 'problem', problem: unreadableMemory() };
	context.version ??= MEMORY_VERSION;
	return { kind: 'memory', memory: context };
}

/** The model of an order that is on record. */
export function modelOf({ model = KLING_MODEL }: LedgerEntry): Model {
	return model;
}

function isMemory(
	value: IDataObject & { [Key in keyof Memory]?: unknown },
): value is IDataObject & Memory {
	const { version, ledger, suspension, orders } = value;
	return (
		(version === undefined || version === MEMORY_VERSION) &&
		(ledger === undefined || isRecordOf(ledger, (run) => isRecordOf(run, isEntry))) &&
		(suspension === undefined || isSuspension(suspension)) &&
		(orders === undefined || isOrderCount(orders))
	);
}

function isRecordOf(value: unknown, isRight: (one: unknown) => boolean): boolean {
	return isRecord(value) && Object.values(value).every(isRight);
}

function isEntry(value: unknown): boolean {
	return (
		isRecord(value) &&
		isText(value.hash) &&
		isText(value.executionId) &&
		isNumberOrNothing(value.orderedAt) &&
		isTextOrNothing(value.taskId) &&
		(value.model === undefined || isModel(value.model)) &&
		isTextOrNothing(value.input) &&
		isTextOrNothing(value.idempotencyKey) &&
		areTextsOrNothing(value.marks)
	);
}

function isSuspension(value: unknown): boolean {
	return (
		isRecord(value) &&
		isText(value.executionId) &&
		typeof value.runIndex === 'number' &&
		isText(value.token) &&
		isNumberOrNothing(value.callbacksUntil) &&
		Array.isArray(value.items) &&
		value.items.every(isSuspendedItem) &&
		areTextsOrNothing(value.callers) &&
		areTextsOrNothing(value.ended)
	);
}

function isOrderCount(value: unknown): boolean {
	return isRecord(value) && isText(value.executionId) && typeof value.count === 'number';
}

function isSuspendedItem(value: unknown): boolean {
	return (
		isRecord(value) &&
		isTextOrNothing(value.taskId) &&
		isTextOrNothing(value.error) &&
		isTextOrNothing(value.shown) &&
		isRecord(value.input)
	);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNothing = (value: unknown) => value === undefined || isText(value);
const areTextsOrNothing = (value: unknown) =>
	value === undefined || (Array.isArray(value) && value.every(isText));
const isNumberOrNothing = (value: unknown) => value === undefined || typeof value === 'number';
