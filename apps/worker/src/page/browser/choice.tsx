import type { Signal } from '@preact/signals';

interface ChoiceProps<Option extends string> {
  readonly name: string;
  /** For those who do not see it. */
  readonly legend: string;
  readonly options: readonly Option[];
  readonly chosen: Signal<Option>;
}

/** One of a few, side by side. */
export function Choice<Option extends string>({ name, legend, options, chosen }: ChoiceProps<Option>) {
  return (
    <fieldset class="choice">
      <legend class="unseen">{legend}</legend>
      {options.map((option) => (
        <label key={option}>
          <input type="radio" name={name} checked={chosen.value === option} onChange={() => (chosen.value = option)} />
          <span>{option}</span>
        </label>
      ))}
    </fieldset>
  );
}
