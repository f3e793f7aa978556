/** Nest's decorators in plain JavaScript: `decorated(Class, { class: [...], methods: { name: [...] }, parameters: { name: [[...], …] } })`. */
import 'reflect-metadata';

export function decorated(target, { class: onClass = [], methods = {}, parameters = {} }) {
  for (const [name, lists] of Object.entries(parameters)) {
    const place = name === 'constructor' ? [target, undefined] : [target.prototype, name];
    lists.forEach((list, index) => list.forEach((decorate) => decorate(...place, index)));
  }
  for (const [name, list] of Object.entries(methods)) {
    const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
    list.forEach((decorate) => decorate(target.prototype, name, descriptor));
    Object.defineProperty(target.prototype, name, descriptor);
  }
  onClass.forEach((decorate) => decorate(target));
  return target;
}
