/** Entries that are looked through one by one: up to so many that is quicker than to hash. */
const FEW = 8;

interface Entry<Value> {
  readonly key: string;
  value: Value;
  readonly before: Entry<Value> | undefined;
}

/** Values by key, of which there are mostly one or a few: a `Map` costs more to make than these to look through. */
export class SmallMap<Value> {
  private last: Entry<Value> | undefined = undefined;
  private count = 0;
  /** All of them, once they are more than `FEW`. */
  private many: Map<string, Value> | undefined = undefined;

  get(key: string): Value | undefined {
    if (this.many) return this.many.get(key);
    for (let entry = this.last; entry; entry = entry.before) if (entry.key === key) return entry.value;
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** In place of the value that the key has. */
  replace(key: string, value: Value): void {
    if (this.many) return void this.many.set(key, value);
    for (let entry = this.last; entry; entry = entry.before) if (entry.key === key) return void (entry.value = value);
  }

  /** In place of an earlier value of the key: the latest counts. */
  set(key: string, value: Value): void {
    if (this.many) return void this.many.set(key, value);
    this.last = { key, value, before: this.last };
    this.count += 1;
    if (this.count > FEW) this.many = mapOf(this.last);
  }
}

/** The latest value of each key. */
function mapOf<Value>(last: Entry<Value> | undefined): Map<string, Value> {
  const map = new Map<string, Value>();
  for (let entry = last; entry; entry = entry.before) if (!map.has(entry.key)) map.set(entry.key, entry.value);
  return map;
}
