import { isObject } from "../model/json-values.ts";
import type { Fault, SettingPath } from "./fault.ts";
import type { RemedyName } from "./remedies.ts";

/** What a value is decoded to that is not even nearly of a form. */
export const UNFIT: unique symbol = Symbol();

/**
 * Decodes a value and reports everything about it that does not fit, each with the name of the remedy. A value that is of the right
 * type is returned even so, that contradictions in it may be found as well.
 */
export interface Form<Output, Input = Output> {
  (value: unknown, at: SettingPath, report: (fault: Fault) => void): Output | typeof UNFIT;
  /** What may be written. There is no such member: it is for the type checker alone. */
  readonly input?: Input;
}

type AnyForm = Form<unknown, unknown>;

/** What the values of a form are decoded to. */
export type OutputOf<F extends AnyForm> = Exclude<ReturnType<F>, typeof UNFIT>;
/** What may be written for a form. */
export type InputOf<F extends AnyForm> = F extends Form<unknown, infer Input> ? Input : never;

/** Values that pass a test. @param details what the text of the remedy has to be told */
export function only<T>(
  fits: (value: unknown) => value is T,
  remedy: RemedyName,
  ...details: readonly unknown[]
): Form<T> {
  return (value, at, report) => {
    if (fits(value)) return value;
    report(misfit(value, at, remedy, details));
    return UNFIT;
  };
}

/** Values of a form for which something else holds as well. */
export function where<O, I>(
  form: Form<O, I>,
  holds: (value: O) => boolean,
  remedy: RemedyName,
  ...details: readonly unknown[]
): Form<O, I> {
  return (value, at, report) => {
    const decoded = form(value, at, report);
    if (decoded !== UNFIT && !holds(decoded)) report(misfit(value, at, remedy, details));
    return decoded;
  };
}

/** What values of a form mean. */
export function map<O, I, Meaning>(form: Form<O, I>, meaning: (value: O) => Meaning): Form<Meaning, I> {
  return (value, at, report) => {
    const decoded = form(value, at, report);
    return decoded === UNFIT ? UNFIT : meaning(decoded);
  };
}

/** One of a few values. */
export function choice<const T extends string | boolean>(values: readonly T[], remedy: RemedyName = "choice"): Form<T> {
  return only((value): value is T => values.some((one) => one === value), remedy, values);
}

/** Lists whose items are of a form. */
export function list<O, I>(item: Form<O, I>, remedy: RemedyName): Form<readonly O[], readonly I[]> {
  const isList = only(Array.isArray, remedy);
  return (value, at, report) => {
    const items = isList(value, at, report);
    if (items === UNFIT) return UNFIT;
    // Holes are items, too.
    const decoded = Array.from(items, (one, index) => item(one, [...at, index], report));
    return decoded.every((one): one is O => one !== UNFIT) ? decoded : UNFIT;
  };
}

/** The first of some forms that fits. When none does, but one alone has the right type, what is wrong is what that one says. */
export function anyOf<F extends AnyForm>(forms: readonly F[], remedy: RemedyName): Form<OutputOf<F>, InputOf<F>> {
  return (value, at, report) => {
    const nearly: { readonly decoded: OutputOf<F>; readonly faults: readonly Fault[] }[] = [];
    for (const form of forms) {
      const faults: Fault[] = [];
      const decoded = form(value, at, (fault) => faults.push(fault)) as OutputOf<F> | typeof UNFIT;
      if (decoded === UNFIT) continue;
      if (faults.length === 0) return decoded;
      nearly.push({ decoded, faults });
    }
    const [first, second] = nearly;
    if (first !== undefined && second === undefined) first.faults.forEach(report);
    else report(misfit(value, at, remedy, []));
    return first === undefined ? UNFIT : first.decoded;
  };
}

/** What need not be there. @param fallback is decoded in its place */
export function optional<O, I>(form: Form<O, I>): Form<O | undefined, I | undefined>;
export function optional<O, I>(form: Form<O, I>, fallback: I): Form<O, I | undefined>;
export function optional<O, I>(form: Form<O, I>, fallback?: I): Form<O | undefined, I | undefined> {
  return (value, at, report) => {
    const given = value === undefined ? fallback : value;
    return given === undefined ? undefined : form(given, at, report);
  };
}

type Entries = Readonly<Record<string, AnyForm>>;

type Optional<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: T[K];
};

/** A form for tables, and the forms of its settings. */
export interface TableForm<E extends Entries>
  extends Form<{ readonly [K in keyof E]: OutputOf<E[K]> }, Optional<{ [K in keyof E]: InputOf<E[K]> }>> {
  readonly entries: E;
}

/** Tables of settings. Every name that is none is reported. */
export function table<const E extends Entries>(entries: E, remedy: RemedyName): TableForm<E> {
  const isTable = only(isObject, remedy);
  const form: Form<Record<string, unknown>> = (value, at, report) => {
    const given = isTable(value, at, report);
    if (given === UNFIT) return UNFIT;
    const decoded = Object.entries(entries).map(
      ([name, entry]) => [name, entry(given[name], [...at, name], report)] as const,
    );
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(entries, name)) report({ at: [...at, name], problem: "unknown", details: [] });
    }
    return decoded.every(([, setting]) => setting !== UNFIT) ? Object.fromEntries(decoded) : UNFIT;
  };
  return Object.assign(form, { entries }) as unknown as TableForm<E>;
}

function misfit(value: unknown, at: SettingPath, remedy: RemedyName, details: readonly unknown[]): Fault {
  return { at, problem: "misfit", details: [value === undefined, remedy, ...details] };
}
