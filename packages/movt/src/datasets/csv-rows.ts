import { badInput } from '@movt/kernels';
import Papa from 'papaparse';

/** Makes the error for what is wrong in a row. */
export type RefuseRow = (given: string, needed: string) => Error;

/**
 * Goes through the rows of a CSV file (comma, semicolon or tab; quotes as in RFC 4180) without its header; cells are
 * trimmed, empty lines left out.
 *
 * @param begin Takes the header, gives what takes each row.
 * @throws MovtError bad_input that names the row: of another length than the header, or with an open quote
 */
export function readRows(
  text: string,
  source: string,
  begin: (header: string[], refuse: RefuseRow) => (cells: string[], refuse: RefuseRow) => void,
): void {
  let row = 0;
  let length = 0;
  let take: ReturnType<typeof begin> | undefined;
  const refuse: RefuseRow = (given, needed) => badInput({ action: `reading row ${row} of ${source}`, given, needed });
  Papa.parse(text, {
    delimitersToGuess: [',', ';', '\t'],
    step({ data, errors }) {
      row++;
      const fault = errors.find(({ type }) => type === 'Quotes');
      if (fault) throw refuse(`a fault in its quotes (${fault.message})`, 'a closed quote before the next comma');
      const cells = data.map((cell) => cell.trim());
      if (cells.length === 1 && cells[0] === '') return;
      if (!take) {
        length = cells.length;
        take = begin(cells, refuse);
        return;
      }
      if (cells.length !== length) throw refuse(`${cells.length} cells`, `${length}, as in the header`);
      take(cells, refuse);
    },
  });
}
