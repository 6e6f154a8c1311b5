// livestate.tsx -- how live the page is, and how old what it shows; and the button that stops it.

import type { JSX } from 'preact';
import { roughly } from '../lib/format';
import {
  age,
  asking,
  overdue,
  paused,
  queries,
  setPaused,
  streamState,
  trouble,
} from '../lib/live';
import { IconButton } from '../parts/icon';
import { Hint } from '../parts/text';

interface Told {
  look: string;
  word: string;
  means: string;
}

function tell(): Told {
  if (paused.value)
    return {
      look: 'live-paused',
      word: 'Paused',
      means: 'Nothing is asked until you go on (p).',
    };
  if (trouble.value !== null || overdue.value)
    return { look: 'live-bad', word: 'Not live', means: 'The newest numbers could not be had.' };
  if (streamState.value === 'on')
    return {
      look: '',
      word: 'Live',
      means: 'Numbers come as they change, as often as the database may be asked.',
    };
  return {
    look: 'live-asks',
    word: 'Every 5 s',
    means: 'The live stream is not there: the page asks every 5 seconds instead.',
  };
}

export function LiveState(): JSX.Element {
  const { look, word, means } = tell();
  const toggle = paused.value ? 'Go on' : 'Pause';
  return (
    <div class="live-room">
      <Hint look={`live ${look}`} says={means}>
        <i aria-hidden="true" />
        <span>{word}</span>
        {age.value !== null && (
          <span class="live-age num">
            {roughly(age.value)}
            <span class="live-old"> old</span>
          </span>
        )}
      </Hint>
      <IconButton
        icon={paused.value ? 'play' : 'pause'}
        word={toggle}
        keys="p"
        aria-pressed={paused.value}
        onClick={() => setPaused(!paused.value)}
      />
      <IconButton
        icon="refresh"
        word="Refresh now"
        keys="r"
        look={asking.value ? 'button-turns' : ''}
        onClick={() => queries.refresh()}
      />
    </div>
  );
}
