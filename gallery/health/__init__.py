"""Whether a library is whole: what is derived is made anew, what is not is named."""
