/** A share as percent with one decimal, as accuracies are printed. */
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Three significant digits, and no exponent. */
export const short = (value: number) => String(Number(value.toPrecision(3)));
