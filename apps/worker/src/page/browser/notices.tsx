import { analyse, lastInput } from './analyse.ts';
import { failure, warnings, where, work } from './state.ts';
import { apiKey } from './upload.ts';

/** What is going on, what went wrong, and what should be known. */
export function Notices() {
  const now = work.value;
  const wrong = failure.value;
  return (
    <div class="notices">
      {now && (
        <div class="work">
          <progress aria-label={now.words} {...(now.share !== null && { value: now.share })} max={1} />
          <span>{now.words}</span>
        </div>
      )}
      {wrong && (
        <div class="failure" role="alert">
          <strong>{wrong.title}</strong>
          <p>{wrong.detail}</p>
          {/key/.test(wrong.title) && <KeyForm />}
          {wrong.serverMay && where.value.kind === 'here' && lastInput.value && (
            <button type="button" onClick={() => void analyse(lastInput.value!, { onServer: true })}>
              Upload it to the server instead
            </button>
          )}
        </div>
      )}
      {warnings.value.map((warning) => (
        <p key={warning} class="warning">
          {warning}
        </p>
      ))}
    </div>
  );
}

/** Asks for the server's key and tries again. */
function KeyForm() {
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        apiKey.value = String(new FormData(event.currentTarget).get('key'));
        if (lastInput.value) void analyse(lastInput.value);
      }}
    >
      <label>
        API key <input name="key" type="password" autocomplete="off" required />
      </label>
      <button type="submit">Try again</button>
    </form>
  );
}
