import { render } from 'preact';
import { App } from './app.tsx';
import { chooseWhere } from './where.ts';

const root = document.getElementById('app')!;
root.textContent = '';
render(<App />, root);
void chooseWhere();
