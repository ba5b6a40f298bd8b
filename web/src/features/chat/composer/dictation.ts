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
};
type Result = ArrayLike<{ transcript: string }> & { isFinal: boolean };
type Speaking = { SpeechRecognition?: new () => Recognition; webkitSpeechRecognition?: new () => Recognition };

const recogniser = (): (new () => Recognition) | undefined => {
  const { SpeechRecognition, webkitSpeechRecognition } = window as Speaking;
  return SpeechRecognition ?? webkitSpeechRecognition;
};

export const browserListens = (): boolean => recogniser() !== undefined;
export const canRecord = (): boolean => 'MediaRecorder' in window && 'mediaDevices' in navigator;

export type Dictation = { stop(): void };
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
  return { stop: () => speech.stop() };
}

/** The server writes down what was said, once it is stopped. Rejects where the microphone may not be used. */
export async function record(
  transcribe: (sound: Blob) => Promise<string>,
  { onText, onEnd }: Told,
): Promise<Dictation> {
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(microphone);
  const pieces: Blob[] = [];
  recorder.ondataavailable = ({ data }) => void pieces.push(data);
  recorder.onstop = () => {
    for (const track of microphone.getTracks()) track.stop();
    transcribe(new Blob(pieces, { type: recorder.mimeType })).then(
      (text) => {
        if (text !== '') onText(text);
        onEnd();
      },
      () => onEnd('failed'),
    );
  };
  recorder.start();
  return { stop: () => recorder.stop() };
}
