/** An object in place of the one that `new` makes: the private fields of a class below it are put on that object. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/**
 * One value for an object of somebody else's, for as long as that object lives: what a `WeakMap` does, for objects that come by
 * with every request. A `WeakMap` of young objects costs the garbage collector more than all the rest of a request's visit.
 * The value is in a private field, so nobody sees it, copies it, or meets it in a loop over the object's properties.
 */
export class Attached<Value> {
  readonly get: (object: object) => Value | undefined;
  readonly set: (object: object, value: Value) => void;

  constructor() {
    /** For objects that take no fields any more: whether they take private ones is the engine's to say. */
    const others = new WeakMap<object, Value>();

    /** A class of its own for each `Attached`: its field is another one. */
    class Holder extends Given {
      #value: Value;

      constructor(object: object, value: Value) {
        super(object);
        this.#value = value;
      }

      static get(object: object): Value | undefined {
        return #value in object ? (object as Holder).#value : others.get(object);
      }

      static set(object: object, value: Value): void {
        if (#value in object) (object as Holder).#value = value;
        else if (Object.isExtensible(object)) new Holder(object, value);
        else others.set(object, value);
      }
    }
    this.get = Holder.get;
    this.set = Holder.set;
  }
}
