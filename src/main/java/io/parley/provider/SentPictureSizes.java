package io.parley.provider;

/**
 * The size of the pictures that Parley sends to a model. Parley makes a larger picture smaller. A client can thus show its user
 * the picture as the model will see it, before it sends the picture.
 *
 * @param side the most pixels of the longer side
 * @param characters the most characters of base64 of one picture
 * @param charactersTogether the most characters of base64 of all pictures of one message. If a message has more, each of its
 *        pictures has at most its share
 * @param charactersRewritten a picture counts as if it had at least so many characters, because a picture that is written anew
 *        may be longer than its file was
 */
public record SentPictureSizes(int side, int characters, long charactersTogether, long charactersRewritten) {
    /** The sizes for all models. */
    public static final SentPictureSizes OF_ALL_MODELS = new SentPictureSizes(PictureLimits.SIDE, PictureLimits.CHARACTERS,
            PictureBudget.MOST_CHARACTERS, PictureLimits.LEAST);
}
