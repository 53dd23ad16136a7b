/** What the grammar makes of a number, a time or a size: indices into its tokens, -1 where there is none. */
export interface QuantityShape {
  readonly sign: number;
  readonly hex: number;
  readonly digits: number;
  readonly unit: number;
  readonly rest: number;
  readonly blank: number;
}

/** A number with what may stand around it. */
export interface Quantity {
  /** Blanks stand before it. */
  readonly blank: boolean;
  readonly sign: '' | '+' | '-';
  /** `0x1f`; '' where the digits are decimal. */
  readonly hex: string;
  /** Decimal digits; '' where there are none. */
  readonly digits: string;
  readonly unit: string;
  /** What follows all of them. */
  readonly rest: string;
}
