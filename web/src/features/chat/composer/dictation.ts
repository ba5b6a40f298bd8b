/** What browsers have of the Web Speech API, as far as it is used here. */
type Recognition = {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: { resultIndex: number; results: ArrayLike<Result> }) => void) | null;
  onend: (() => void) | null;
  onerror: ((event: { error: string }) => void) | null;
  start(): void;
  stop(): void;
  abort(): void;
};
type Result = ArrayLike<{ transcript: string }> & { isFinal: boolean };
type Speaking = { SpeechRecognition?: new () => Recognition; webkitSpeechRecognition?: new () => Recognition };

const recogniser = (): (new () => Recognition) | undefined => {
  const { SpeechRecognition, webkitSpeechRecognition } = window as Speaking;
  return SpeechRecognition ?? webkitSpeechRecognition;
};

export const browserListens = (): boolean => recogniser() !== undefined;
export const canRecord = (): boolean => 'MediaRecorder' in window && 'mediaDevices' in navigator;

/** `stop`: that was all. `drop`: nothing more of it is wanted. */
export type Dictation = { stop(): void; drop(): void };
type Told = {
  /** A stretch of what was said. */
  onText(text: string): void;
  /** `denied`: the microphone may not be used. */
  onEnd(failure?: 'denied' | 'failed'): void;
};

/** The browser writes down what is said, sentence by sentence, until it is stopped. */
export function listen(language: string, { onText, onEnd }: Told): Dictation | null {
  const Recogniser = recogniser();
  if (!Recogniser) return null;
  const speech = new Recogniser();
  let failure: 'denied' | 'failed' | undefined;
  speech.lang = language;
  speech.continuous = true;
  speech.interimResults = false;
  speech.onresult = ({ resultIndex, results }) => {
    for (let at = resultIndex; at < results.length; at += 1) {
      const result = results[at];
      if (result?.isFinal && result[0]) onText(result[0].transcript.trim());
    }
  };
  speech.onerror = ({ error }) => {
    if (error === 'not-allowed' || error === 'service-not-allowed') failure = 'denied';
    else if (error !== 'no-speech' && error !== 'aborted') failure = 'failed';
  };
  speech.onend = () => onEnd(failure);
  speech.start();
  const drop = (): void => {
    speech.onresult = speech.onend = speech.onerror = null;
    speech.abort();
  };
  return { stop: () => speech.stop(), drop };
}

/** Enough for speech: an hour and a half of it is no more than the server takes. */
const SPEECH_BITS = 32_000;

/** The server writes down what was said, once it is stopped. Rejects where the microphone may not be used. */
export async function record(
  transcribe: (sound: Blob) => Promise<string>,
  { onText, onEnd }: Told,
): Promise<Dictation> {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(microphone, { audioBitsPerSecond: SPEECH_BITS });
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void pieces.push(data);
  const hangUp = (): void => {
    for (const track of microphone.getTracks()) track.stop();
  };
  recorder.onstop = () => {
    hangUp();
    transcribe(new Blob(pieces, { type: recorder.mimeType })).then(
      (text) => {
        if (text !== '') onText(text);
        onEnd();
      },
      () => onEnd('failed'),
    );
  };
  recorder.start();
  const drop = (): void => {
    recorder.onstop = hangUp;
    if (recorder.state === 'inactive') hangUp();
    else recorder.stop();
  };
  return { stop: () => recorder.stop(), drop };
}
