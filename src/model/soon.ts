/** There already, or on its way. Most of what a request needs is there, and a promise costs more than most checks. */
export type Soon<T> = T | Promise<T>;

/** Goes on at once with what is there already, and otherwise when it has come. */
export function onceThere<T, U>(soon: Soon<T>, next: (value: T) => Soon<U>): Soon<U> {
  return soon instanceof Promise ? soon.then(next) : next(soon);
}
