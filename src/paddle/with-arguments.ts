import { type Arguments, byName } from './arguments.ts';

/** What {@link withArguments} gives: the base class with a constructor that takes and keeps the arguments of `P`. */
export type WithArguments<
  Instance,
  P extends object,
  Order extends readonly (keyof P)[],
> = abstract new (...args: Arguments<P, Order>) => Instance & Readonly<P>;

/**
 * A base class whose constructor takes arguments by position and by name, checks their names and keeps their values
 * under these names. The first `required` must be given; others, and `null` (Paddle's `None`), stand for the default.
 * @example class Softmax extends withArguments<{ axis: number }>()(Layer, ['axis'], 0, { axis: -1 }) {}
 */
export const withArguments =
  <P extends object>() =>
  <Instance extends object, const Order extends readonly (string & keyof P)[]>(
    Base: abstract new () => Instance,
    order: Order,
    required: number,
    defaults: Partial<P> = {},
  ): WithArguments<Instance, P, Order> => {
    abstract class Taking extends (Base as abstract new () => object) {
      constructor(...args: readonly unknown[]) {
        super();
        const { name } = new.target;
        const given = byName<P>(name, order, args, order.slice(0, required));
        for (const key of order) {
          (this as Record<string, unknown>)[key] = given[key] ?? defaults[key] ?? null;
        }
      }
    }
    return Taking as unknown as WithArguments<Instance, P, Order>;
  };
